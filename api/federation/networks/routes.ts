import { getHomes } from '#platform/directory/stores/homes/get-homes.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import { getNetwork } from '#platform/directory/stores/networks.ts';
import { listPorts, type PortRecord } from '#platform/directory/stores/ports.ts';
import { listRouters } from '#platform/directory/stores/routers.ts';
import { routersIn } from '#platform/directory/stores/routers-around.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { readFacts } from './facts.ts';
import { SHOW_NETWORK, TRACE_PACKET } from './policy.ts';
import { type NewTrace, newTraceBody, showNetworkResponse, traceResponse } from './schema.ts';
import { findSeats } from './seats.ts';
import { tracePacket, verdictOf } from './trace.ts';
import { portOfMap, routerOfMap } from './view.ts';

/** What one answer shows of the ports of a network. */
const MAX_PORTS = 1_000;

/** Networks as operators look at them: with cells, hosts and routers; and the way of a packet. */
export function networkMapRoutes(deps: Pick<ApiDeps, 'directory' | 'cells'>): readonly Route[] {
  const { read } = deps.directory;
  const namesOfDevices = async (ports: readonly PortRecord[]) => {
    const homes = await getHomes(read, [...new Set(ports.map(({ deviceId }) => deviceId))]);
    return new Map(homes.map(({ uuid, name }) => [uuid, name]));
  };
  return [
    route({
      method: 'GET',
      path: '/v1/networks/:id',
      summary: 'Shows a network with its subnets and routers, and its ports with their cells and hosts.',
      policy: SHOW_NETWORK,
      query: noQuery,
      response: showNetworkResponse,
      handle: async (request) => {
        const { caller, params } = request;
        const network = await getNetwork(read, caller, params.id ?? '');
        const ofNetwork = { member: 'networkId', anyOf: [network.id] } as const;
        const [subnets, found, routerIds] = await Promise.all([
          subnetsOf(read, [network.id]),
          listPorts(read, caller, { ...EVERYTHING, filters: [ofNetwork], limit: MAX_PORTS + 1 }),
          routersIn(read, [network.id]),
        ]);
        const ports = found.slice(0, MAX_PORTS);
        const [{ seats, silentCells }, names, routers] = await Promise.all([
          findSeats(deps, request, ports),
          namesOfDevices(ports),
          routerIds.length === 0
            ? []
            : listRouters(read, caller, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [...routerIds] }] }),
        ]);
        const { id, name, projectId, segmentType, segmentId, mtu, external, adminStateUp } = network;
        return {
          network: { id, name, projectId, segmentType, segmentId, mtu, external, adminStateUp },
          subnets: subnets.map(({ enableDhcp, ...subnet }) => ({
            ...{ id: subnet.id, name: subnet.name, cidr: subnet.cidr, gatewayIp: subnet.gatewayIp, dhcp: enableDhcp },
          })),
          routers: routers.map((router) => routerOfMap(router, ports)),
          ports: ports.map((port) => portOfMap(port, names.get(port.deviceId) ?? null, seats.get(port.id) ?? null)),
          more: found.length > MAX_PORTS,
          silentCells,
        };
      },
    }),
    route<NewTrace>({
      method: 'POST',
      path: '/v1/traces',
      summary: 'Follows a packet from a port to another port or an address, hop by hop. Sends nothing.',
      policy: TRACE_PACKET,
      body: newTraceBody,
      response: traceResponse,
      handle: async (request) => {
        const { facts, silentCells } = await readFacts(deps, request, request.body);
        const hops = tracePacket(facts);
        const { from, to, protocol, port } = facts.packet;
        return { trace: { verdict: verdictOf(hops), packet: { from, to, protocol, port }, hops, silentCells } };
      },
    }),
  ];
}
