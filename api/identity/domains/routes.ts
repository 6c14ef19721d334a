import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiConfig } from '../../config.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { collection, selfLink } from '../links.ts';

type Config = Pick<ApiConfig, 'publicUrl'>;

export const domainView = (config: Config) => ({
  ...DEFAULT_DOMAIN,
  description: 'The default domain',
  enabled: true,
  options: {},
  tags: [],
  links: selfLink(config, 'domains', DEFAULT_DOMAIN.id),
});

/** There is one domain, and no other can be made. */
export function registerDomains(app: FastifyInstance, { config }: { config: Config }): void {
  app.get<{ Querystring: { name?: string } }>('/v3/domains', async (request) => {
    const { name } = request.query;
    const wanted = name === undefined || name.toLowerCase() === DEFAULT_DOMAIN.name.toLowerCase();
    return collection(config, 'domains', wanted ? [domainView(config)] : []);
  });
  app.get<{ Params: { id: string } }>('/v3/domains/:id', async (request) => {
    const { id } = request.params;
    if (id !== DEFAULT_DOMAIN.id) throw new VolvoxError('not-found', `Could not find domain: ${id}.`);
    return { domain: domainView(config) };
  });
}
