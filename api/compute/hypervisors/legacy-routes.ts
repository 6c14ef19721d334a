import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { cellsAreSilent, notFoundIn } from '../../cross-cell/ask-cells.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { type HypervisorDeps, listHypervisors, serversOn } from './hypervisor-hosts.ts';
import { matching } from './page-of.ts';
import { HYPERVISOR_SEARCH, HYPERVISOR_SERVERS, HYPERVISOR_STATISTICS, HYPERVISOR_UPTIME } from './policy.ts';
import { hypervisorById } from './routes.ts';
import {
  hypervisorsServersResponse,
  matchingHypervisorsResponse,
  statisticsResponse,
  uptimeResponse,
} from './schema.ts';
import { hypervisorSummary, statisticsOf, withServers } from './view.ts';

/** Routes that later microversions removed: two became query parameters in 2.53, two ended with 2.88. */
export function legacyHypervisorRoutes(deps: HypervisorDeps): readonly Route[] {
  const { cells } = deps;
  /** Those whose name has the part of the path in it. */
  const named = async (request: ApiRequest) => {
    const { id = '' } = request.params;
    const { hypervisors, silent } = await listHypervisors(cells, request);
    const found = matching(hypervisors, id);
    if (found.length === 0) throw notFoundIn(silent, `No hypervisor matching '${id}' could be found.`);
    return found;
  };

  return [
    route({
      method: 'GET',
      path: '/os-hypervisors/statistics',
      until: 87,
      summary: 'Sums over all hypervisors.',
      policy: HYPERVISOR_STATISTICS,
      response: statisticsResponse,
      query: noQuery,
      handle: async (request) => {
        const { hypervisors, silent } = await listHypervisors(cells, request);
        // A sum without a part of the hosts is a wrong number.
        if (silent.length > 0) throw cellsAreSilent(silent);
        return { hypervisor_statistics: statisticsOf(hypervisors.map(({ host }) => host)) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/uptime',
      until: 87,
      summary: 'How long a hypervisor has been up.',
      policy: HYPERVISOR_UPTIME,
      response: uptimeResponse,
      query: noQuery,
      handle: async (request) => {
        const { params, version } = request;
        const { id = '' } = params;
        const { host } = hypervisorById(await listHypervisors(cells, request), id, version);
        if (!host.up) throw new VolvoxError('invalid', `Compute service of ${host.name} is unavailable at this time.`);
        return { hypervisor: { ...hypervisorSummary(host, version), uptime: host.uptime } };
      },
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/search',
      until: 52,
      summary: 'Lists hypervisors by a part of their name.',
      policy: HYPERVISOR_SEARCH,
      response: matchingHypervisorsResponse,
      query: noQuery,
      handle: async (request) => ({
        hypervisors: (await named(request)).map(({ host }) => hypervisorSummary(host, request.version)),
      }),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/servers',
      until: 52,
      summary: 'Lists hypervisors by a part of their name, with their servers.',
      policy: HYPERVISOR_SERVERS,
      response: hypervisorsServersResponse,
      query: noQuery,
      handle: async (request) => {
        const { version } = request;
        const found = await named(request);
        return {
          hypervisors: await Promise.all(
            found.map(async (one) =>
              withServers(hypervisorSummary(one.host, version), await serversOn(deps, one, request), version),
            ),
          ),
        };
      },
    }),
  ];
}
