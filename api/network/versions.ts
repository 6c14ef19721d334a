import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.ts';

const PATHS = new Set(['/network', '/network/', '/network/v2.0', '/network/v2.0/']);

export const isVersionDocument = (request: FastifyRequest): boolean =>
  request.method === 'GET' && PATHS.has(request.url.split('?', 1)[0] ?? '');

const RESOURCES = ['network', 'subnet', 'port'] as const;

export function registerVersions(app: FastifyInstance, config: Pick<ApiConfig, 'publicUrl'>): void {
  const root = `${config.publicUrl}/network/v2.0/`;
  app.get('/', async () => ({
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: root }] }],
  }));
  const resources = RESOURCES.map((name) => ({
    name,
    collection: `${name}s`,
    links: [{ rel: 'self', href: `${root}${name}s` }],
  }));
  for (const path of ['/v2.0', '/v2.0/']) app.get(path, async () => ({ resources }));
}
