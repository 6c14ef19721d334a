import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.ts';

const VERSION_PATHS = new Set(['/identity', '/identity/', '/identity/v3', '/identity/v3/']);

/** What needs no token: the version documents, and logging in. */
export function isOpen(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  if (request.method === 'POST') return path === '/identity/v3/auth/tokens' || path === '/identity/v3/auth/tokens/';
  return request.method === 'GET' && VERSION_PATHS.has(path);
}

export function registerVersions(app: FastifyInstance, config: Pick<ApiConfig, 'publicUrl'>): void {
  const version = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${config.publicUrl}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  app.get('/', async (_request, reply) => reply.code(300).send({ versions: { values: [version] } }));
  for (const path of ['/v3', '/v3/']) app.get(path, async () => ({ version }));
}
