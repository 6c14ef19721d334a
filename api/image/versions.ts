import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.ts';

const PATHS = new Set(['/image', '/image/', '/image/versions', '/image/v2', '/image/v2/']);

export const isVersionDocument = (request: FastifyRequest): boolean =>
  request.method === 'GET' && PATHS.has(request.url.split('?', 1)[0] ?? '');

export function registerVersions(app: FastifyInstance, config: Pick<ApiConfig, 'publicUrl'>): void {
  const links = [{ rel: 'self', href: `${config.publicUrl}/image/v2/` }];
  const document = {
    versions: [
      { id: 'v2.9', status: 'CURRENT', links },
      ...[7, 6, 5, 4, 3, 2, 1, 0].map((minor) => ({ id: `v2.${minor}`, status: 'SUPPORTED', links })),
    ],
  };
  app.get('/', async (_request, reply) => reply.code(300).send(document));
  app.get('/versions', async () => document);
  for (const path of ['/v2', '/v2/']) app.get(path, async (_request, reply) => reply.code(300).send(document));
}
