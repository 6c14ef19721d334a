import { always } from '../../http/by-version.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { emptyList, shape } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { networkPolicy } from '../policy.ts';

/** Nouns that Volvox does not offer but clients list, plural and singular. Their lists are always empty. */
const NOUNS = {
  availability_zones: ['availability_zones', 'availability_zone'],
  agents: ['agents', 'agent'],
  trunks: ['trunks', 'trunk'],
  'service-providers': ['service_providers', 'service_provider'],
} as const;

export const unofferedRoutes = (): readonly Route[] =>
  Object.entries(NOUNS).map(([path, [nouns, noun]]) =>
    route({
      method: 'GET',
      path: `/v2.0/${path}`,
      summary: `Lists ${nouns.replaceAll('_', ' ')}: this region offers none.`,
      policy: networkPolicy(`get_${noun}`),
      // No filter widens an empty list.
      query: noQuery,
      response: always(shape({ [nouns]: emptyList })),
      handle: () => ({ [nouns]: [] }),
    }),
  );
