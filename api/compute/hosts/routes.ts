import { listAggregates, zonesOfHosts } from '#platform/directory/stores/aggregates.ts';
import { cellsAreSilent, silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import type { Policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { type HypervisorDeps, viewsOfServersOn } from '../hypervisors/hypervisor-hosts.ts';
import { notSupported } from '../not-supported.ts';
import { changeService } from '../services/change-service.ts';
import type { InventoryReader } from '../services/service-inventory.ts';
import { zoneOf } from '../services/view.ts';
import { findHost } from './find-host.ts';
import * as policies from './policy.ts';
import {
  hostResponse,
  hostsResponse,
  listHostsQuery,
  powerActionResponse,
  updatedHostResponse,
  updateHostBody,
} from './schema.ts';
import { resourcesOf } from './view.ts';

/** `os-hosts` ended with 2.42; `os-services` and `os-hypervisors` go on. */
const UNTIL = 42;
/** What the driver of simulated hosts calls itself. */
const SIMULATED = 'fake';

interface HostUpdate {
  readonly status?: string;
  readonly maintenance_mode?: string;
}

/** Hosts as clients saw them before services and hypervisors were told apart. */
export function hostRoutes(deps: HypervisorDeps & { readonly readInventory: InventoryReader }): readonly Route[] {
  const { directory, readInventory } = deps;
  return [
    route({
      method: 'GET',
      path: '/os-hosts',
      until: UNTIL,
      summary: 'Lists the enabled services of all cells with their hosts and zones.',
      policy: policies.HOSTS_LIST,
      query: listHostsQuery,
      response: hostsResponse,
      handle: async (request) => {
        const [{ services, silent }, aggregates] = await Promise.all([
          readInventory(request),
          listAggregates(directory.read),
        ]);
        const silentCells = silent.map(({ cell }) => cell);
        // Without any cell the answer would be that there are no hosts.
        if (silent.length > 0 && services.every(({ cell }) => cell === null)) throw cellsAreSilent(silentCells);
        const zones = zonesOfHosts(aggregates);
        const zone = lastOf(request.query, 'zone');
        const hosts = services
          .filter(({ enabled }) => enabled)
          .map((service) => ({
            host_name: service.host,
            service: service.binary.replace(/^nova-/, ''),
            zone: zoneOf(service, zones),
          }))
          .filter((host) => !zone || host.zone === zone);
        return new Answer(200, { hosts }, silentCellsHeader(silentCells));
      },
    }),
    route({
      method: 'GET',
      path: '/os-hosts/:id',
      until: UNTIL,
      summary: 'Shows capacity and use of a host, with what each project has on it.',
      policy: policies.HOSTS_SHOW,
      query: ignoredQuery,
      response: hostResponse,
      handle: async (request) => {
        const found = await findHost(deps, request, 'Compute host');
        const servers = await viewsOfServersOn(deps, found, request, ({ projectId, flavor }) => ({
          projectId,
          flavor,
        }));
        return { host: resourcesOf(found.host, servers) };
      },
    }),
    route<HostUpdate>({
      method: 'PUT',
      path: '/os-hosts/:id',
      until: UNTIL,
      summary: 'Enables or disables a host for new servers. There is no maintenance mode to begin: 501.',
      policy: policies.HOSTS_UPDATE,
      query: ignoredQuery,
      body: updateHostBody,
      response: updatedHostResponse,
      handle: async (request) => {
        const { status, maintenance_mode: maintenance } = request.body;
        const { host, cell } = await findHost(deps, request, 'Host');
        if (maintenance !== undefined && isOn(maintenance)) notSupported();
        const enabled = status === undefined ? undefined : isOn(status);
        if (enabled !== undefined) {
          const change = { enabled, disabledReason: null };
          await changeService(directory, { id: host.serviceId, cell }, change, request.requestId);
        }
        return {
          host: host.name,
          ...(enabled === undefined ? {} : { status: enabled ? 'enabled' : 'disabled' }),
          ...(maintenance === undefined ? {} : { maintenance_mode: 'off_maintenance' }),
        };
      },
    }),
    powerRoute(deps, 'startup', policies.HOSTS_STARTUP),
    powerRoute(deps, 'shutdown', policies.HOSTS_SHUTDOWN),
    powerRoute(deps, 'reboot', policies.HOSTS_REBOOT),
  ];
}

const isOn = (text: string): boolean => text.toLowerCase() === 'enable';

/** As in Nova, drivers of real hosts do not change their power. A simulated host has no machine, so nothing is left to do. */
function powerRoute(deps: HypervisorDeps, verb: 'startup' | 'shutdown' | 'reboot', policy: Policy): Route {
  return route({
    method: 'GET',
    path: `/os-hosts/:id/${verb}`,
    until: UNTIL,
    summary: `The ${verb} of a host: 501, but for a simulated one.`,
    policy,
    query: ignoredQuery,
    response: powerActionResponse,
    handle: async (request: ApiRequest) => {
      const { host } = await findHost(deps, request, 'Host');
      if (host.hypervisorType !== SIMULATED) notSupported();
      return { host: host.name, power_action: verb };
    },
  });
}
