import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { networkPolicy } from '../policy.ts';

/** Nouns that Volvox does not offer, and why, for those who look for them. */
const REFUSALS = {
  flavors: 'This region offers no flavors of routers: there is one way to build a router.',
  service_profiles: 'This region offers no service profiles: there is one way to build a router.',
  segments: 'This region offers no segments: a network has one, which its provider attributes name.',
  'log/logs': 'This region offers no logs of packets.',
  'log/loggable-resources': 'This region offers no logs of packets.',
  'metering/metering-labels': 'This region offers no metering of traffic.',
  'metering/metering-label-rules': 'This region offers no metering of traffic.',
  'auto-allocated-topology/:id':
    'This region offers no automatic topology: make a network, a subnet and a router, and servers of the project use them.',
} as const;

export const unofferedRoutes = (): readonly Route[] =>
  Object.entries(REFUSALS).map(([path, words]) =>
    route({
      method: 'GET',
      path: `/v2.0/${path}`,
      summary: 'Says that this region does not offer it: 404.',
      policy: networkPolicy('unoffered'),
      query: ignoredQuery,
      status: 404,
      response: always('empty' as const),
      handle: () => {
        throw new VolvoxError('not-found', words);
      },
    }),
  );
