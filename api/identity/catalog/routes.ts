import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection, selfLink } from '../links.ts';
import { requireAdmin } from '../policy.ts';
import { catalogOf } from './catalog.ts';

/** Services, endpoints and regions: what the configuration says, to be read only. */
export function registerCatalog(app: FastifyInstance, { config }: Pick<ApiDeps, 'config'>): void {
  const services = catalogOf(config).map(({ id, type, name }) => ({
    id,
    type,
    name,
    description: '',
    enabled: true,
    links: selfLink(config, 'services', id),
  }));
  const endpoints = catalogOf(config).flatMap((service) =>
    service.endpoints.map((endpoint) => ({
      ...endpoint,
      service_id: service.id,
      enabled: true,
      links: selfLink(config, 'endpoints', endpoint.id),
    })),
  );
  const regions = [
    { id: config.region, description: '', parent_region_id: null, links: selfLink(config, 'regions', config.region) },
  ];
  offer('services', 'service', services);
  offer('endpoints', 'endpoint', endpoints);
  offer('regions', 'region', regions);

  function offer<T extends { readonly id: string }>(noun: string, one: string, items: readonly T[]): void {
    app.get<{ Querystring: Record<string, string> }>(`/v3/${noun}`, async (request) => {
      if (noun !== 'regions') requireAdmin(request, `list_${noun}`);
      return collection(
        config,
        noun,
        items.filter((item) => matches(item, request.query)),
      );
    });
    app.get<{ Params: { id: string } }>(`/v3/${noun}/:id`, async (request) => {
      if (noun !== 'regions') requireAdmin(request, `get_${one}`);
      const found = items.find((item) => item.id === request.params.id);
      if (found === undefined) throw new VolvoxError('not-found', `Could not find ${one}: ${request.params.id}.`);
      return { [one]: found };
    });
  }
}

/** Query parameters that name a field must have its value; others are ignored, as Keystone does. */
const matches = (item: object, query: Readonly<Record<string, string>>): boolean =>
  Object.entries(query).every(
    ([key, value]) => !(key in item) || String((item as Record<string, unknown>)[key]) === value,
  );
