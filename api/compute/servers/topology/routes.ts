import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import { parseCpuSet } from '#platform/objects/cpu-set.ts';
import type { GuestPlacement, PlacedNode } from '#platform/objects/guest-placement.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { arrayOf, noQuery } from '../../../http/parameter-types.ts';
import { allows, policy } from '../../../http/policy.ts';
import { emptyList, integer, integerOrNull, mapOf, shape } from '../../../http/response-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { authorizedServer } from '../authorized-server.ts';
import { askHome } from '../find-server.ts';

const TOPOLOGY = policy('compute:server:topology:index');
const HOST_TOPOLOGY = policy('compute:server:topology:host:index');

const node = shape({
  memory_mb: integer,
  vcpu_set: arrayOf(integer),
  siblings: emptyList,
  'host_node?': integer,
  'cpu_pinning?': mapOf(integer),
});

/** `/servers/{id}/topology`: the NUMA nodes of a server. One that asked for nothing of the kind has none. */
export const topologyRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/topology',
    since: 78,
    summary: 'Shows the NUMA nodes of a server, and for administrators which nodes and CPUs of its host it has.',
    policy: TOPOLOGY,
    authorizes: 'handler',
    query: noQuery,
    response: always(shape({ nodes: arrayOf(node), pagesize_kb: integerOrNull })),
    handle: async (request) => {
      const { caller, requestId, signal } = request;
      const { uuid, projectId, host } = await authorizedServer(deps, request, TOPOLOGY);
      if (host === null) return topologyView(null, false);
      const { placement } = await askHome(deps, request, uuid, (door) =>
        door.serverTopology({ uuid }, { requestId, signal }).catch(ofOlderCell),
      );
      return topologyView(placement, allows(HOST_TOPOLOGY, caller, { projectId }));
    },
  }),
];

/** A cell of an earlier release gives nothing to a guest alone. */
function ofOlderCell(error: unknown): { readonly placement: null } {
  if (isVolvoxError(error, 'unsupported')) return { placement: null };
  throw error;
}

function topologyView(placement: GuestPlacement | null, showsHost: boolean): Record<string, unknown> {
  const nodes = placement?.nodes ?? [];
  return { nodes: nodes.map((one) => nodeView(one, showsHost)), pagesize_kb: nodes[0]?.pageKb ?? null };
}

const nodeView = ({ cpus, ramMb, hostNode, pins }: PlacedNode, showsHost: boolean): Record<string, unknown> => ({
  memory_mb: ramMb,
  vcpu_set: parseCpuSet(cpus),
  siblings: [],
  ...(showsHost ? { host_node: hostNode, cpu_pinning: pins } : {}),
});
