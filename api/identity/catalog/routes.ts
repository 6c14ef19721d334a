import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ByVersion } from '../../http/by-version.ts';
import { listViews } from '../../http/list-views.ts';
import type { Attributes } from '../../http/listing.ts';
import { type Route, route } from '../../http/route.ts';
import type { Schema } from '../../http/validator.ts';
import { answerCollection } from '../collection.ts';
import { selfLink } from '../links.ts';
import { identityPolicy } from '../policy.ts';
import { collectionOf, ignoredQuery, oneNoun } from '../response-types.ts';
import { catalogOf } from './catalog.ts';
import {
  ENDPOINT_ATTRIBUTES,
  endpoint,
  listEndpointsQuery,
  listRegionsQuery,
  listServicesQuery,
  REGION_ATTRIBUTES,
  region,
  SERVICE_ATTRIBUTES,
  service,
} from './schema.ts';

type Names = { readonly [S in 'service' | 'endpoint' | 'region']: { readonly singular: S; readonly plural: `${S}s` } };

type ReadOnlyNoun = Names[keyof Names] & {
  readonly items: readonly { readonly id: string }[];
  readonly attributes: Attributes;
  readonly query: ByVersion<Schema>;
  readonly view: Schema;
};

/** Services, endpoints and regions: what the configuration says, to be read only. */
export function catalogRoutes({ config }: Pick<ApiDeps, 'config'>): readonly Route[] {
  const services = catalogOf(config).map(({ id, type, name }) => ({
    id,
    type,
    name,
    description: '',
    enabled: true,
    links: selfLink(config, 'services', id),
  }));
  const endpoints = catalogOf(config).flatMap(({ id, endpoints: ofService }) =>
    ofService.map((one) => ({ ...one, service_id: id, enabled: true, links: selfLink(config, 'endpoints', one.id) })),
  );
  const regions = [
    { id: config.region, description: '', parent_region_id: null, links: selfLink(config, 'regions', config.region) },
  ];
  const nouns: readonly ReadOnlyNoun[] = [
    {
      plural: 'services',
      singular: 'service',
      items: services,
      attributes: SERVICE_ATTRIBUTES,
      query: listServicesQuery,
      view: service,
    },
    {
      plural: 'endpoints',
      singular: 'endpoint',
      items: endpoints,
      attributes: ENDPOINT_ATTRIBUTES,
      query: listEndpointsQuery,
      view: endpoint,
    },
    {
      plural: 'regions',
      singular: 'region',
      items: regions,
      attributes: REGION_ATTRIBUTES,
      query: listRegionsQuery,
      view: region,
    },
  ];
  return nouns.flatMap((noun) => readOnlyRoutes(noun, config));
}

function readOnlyRoutes(
  { plural, singular, items, attributes, query, view }: ReadOnlyNoun,
  config: ApiDeps['config'],
): readonly Route[] {
  const get = async (id: string) => {
    const found = items.find((item) => item.id === id);
    if (found === undefined) throw new VolvoxError('not-found', `Could not find ${singular}: ${id}.`);
    return found;
  };
  return [
    route({
      method: 'GET',
      path: `/v3/${plural}`,
      summary: `Lists ${plural}.`,
      policy: identityPolicy(`list_${plural}`),
      query,
      response: collectionOf(plural, view),
      handle: (request) =>
        answerCollection(request, config, {
          noun: plural,
          attributes,
          list: async (listing) => listViews(items, listing),
          get,
          view: (item) => item,
        }),
    }),
    route({
      method: 'GET',
      path: `/v3/${plural}/:id`,
      summary: `Shows one of the ${plural}.`,
      policy: identityPolicy(`get_${singular}`),
      query: ignoredQuery,
      response: oneNoun(singular, view),
      handle: async ({ params }) => ({ [singular]: await get(params.id ?? '') }),
    }),
  ];
}
