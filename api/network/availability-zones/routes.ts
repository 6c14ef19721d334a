import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { filterViews } from '../../http/list-views.ts';
import { filterQuery, filtersOf, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { oneOf, shape } from '../../http/response-types.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import { agentsOfCells } from '../agents/agents-of-cells.ts';
import type { AgentView } from '../agents/view.ts';
import { networkPolicy } from '../policy.ts';

const ATTRIBUTES = {
  name: member.text('name'),
  resource: member.text('resource'),
  state: member.text('state'),
} as const;
const zone = shape({ name: string, resource: oneOf('network', 'router'), state: oneOf('available', 'unavailable') });

/** Zones of networks and routers: those of the hosts. */
export const availabilityZoneRoutes = (deps: Pick<ApiDeps, 'directory' | 'cells'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v2.0/availability_zones',
    summary: 'Lists the zones that hosts with a network agent are in.',
    policy: networkPolicy('get_availability_zone'),
    query: always(filterQuery(ATTRIBUTES)),
    fields: 'availability_zones',
    response: always(shape({ availability_zones: arrayOf(zone) })),
    handle: async (request) => {
      const { agents, silent } = await agentsOfCells(deps, request);
      const zones = zonesOf(agents.map(({ view }) => view));
      const availability_zones = filterViews(zones, filtersOf(request.query, ATTRIBUTES));
      return new Answer(200, { availability_zones }, silentCellsHeader(silent));
    },
  }),
];

/** By name, each for networks and for routers. Available: an agent in it is alive. Pure. */
function zonesOf(agents: readonly AgentView[]) {
  const byZone = Map.groupBy(agents, ({ availability_zone }) => availability_zone);
  return [...byZone.keys()].sort().flatMap((name) => {
    const state = byZone.get(name)?.some(({ alive }) => alive) ? 'available' : 'unavailable';
    return (['network', 'router'] as const).map((resource) => ({ name, resource, state }));
  });
}
