import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { noQuery, nothing } from '../../../http/parameter-types.ts';
import { policy } from '../../../http/policy.ts';
import { emptyList, shape } from '../../../http/response-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { authorizedServer } from '../authorized-server.ts';

const TOPOLOGY = policy('compute:server:topology:index');

/** `/servers/{id}/topology`: no guest has NUMA nodes of its own, so this is what Nova answers for such a server. */
export const topologyRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/topology',
    since: 78,
    summary: 'Shows the NUMA nodes of a server: it has none.',
    policy: TOPOLOGY,
    authorizes: 'handler',
    query: noQuery,
    response: always(shape({ nodes: emptyList, pagesize_kb: nothing })),
    handle: async (request) => {
      await authorizedServer(deps, request, TOPOLOGY);
      return { nodes: [], pagesize_kb: null };
    },
  }),
];
