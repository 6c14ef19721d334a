import { cheapestFlow } from './cheapest-flow.ts';
import { type DeviceRequest, isLike } from './device-request.ts';
import type { HostDevice } from './host-device.ts';
import type { HostNode } from './host-topology.ts';

/** Free devices of a host that differ in their addresses only. */
export interface DevicePool {
  readonly kind: Omit<HostDevice, 'address'>;
  readonly devices: readonly [HostDevice, ...HostDevice[]];
}

/** Free devices by kind, in the order of their addresses. */
export function devicePools(free: readonly HostDevice[]): readonly DevicePool[] {
  const pools = new Map<string, [HostDevice, ...HostDevice[]]>();
  for (const device of free.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    const { vendorId, productId, type, numaNode, resourceClass } = device;
    const key = `${vendorId} ${productId} ${type} ${numaNode} ${resourceClass}`;
    const pool = pools.get(key);
    if (pool === undefined) pools.set(key, [device]);
    else pool.push(device);
  }
  return [...pools.values()].map((devices) => ({ kind: devices[0], devices }));
}

/** The same text for lists that differ in the addresses only. */
export const poolsText = (pools: readonly DevicePool[]): string =>
  JSON.stringify(
    pools.map(({ kind: { vendorId, productId, type, numaNode, resourceClass }, devices }) => [
      ...[vendorId, productId, type, numaNode, resourceClass],
      devices.length,
    ]),
  );

/** The host nodes that a guest is on. */
interface GuestNodes {
  readonly nodes: ReadonlySet<number>;
  /** The nodes of the host that are on the same sockets. */
  readonly sameSocket: ReadonlySet<number>;
}

export function guestNodesOn(ids: readonly number[], hostNodes: readonly HostNode[]): GuestNodes {
  const sockets = new Set(hostNodes.flatMap(({ id, socket }) => (ids.includes(id) ? (socket ?? []) : [])));
  const near = hostNodes.filter(({ socket }) => socket !== undefined && sockets.has(socket));
  return { nodes: new Set(ids), sameSocket: new Set(near.map(({ id }) => id)) };
}

/** The score of a device that is near, of one of which the host does not tell, and of one that is elsewhere. Lower is better. */
const [NEAR, UNKNOWN, ELSEWHERE] = [0, 1, 2];

interface DeviceFitter {
  /** Whether each request alone has enough. Compares counts only. */
  mayFit(free: readonly DevicePool[]): boolean;
  /** The worth of these nodes: for how many there is a device, and, if that is equal, how many of these are near. */
  worthOf(free: readonly DevicePool[], on: GuestNodes): number;
  /** A device for each, none twice; null: there are too few. `on`: null for a guest without NUMA nodes, which may have any. */
  chosenFrom(free: readonly DevicePool[], on: GuestNodes | null): readonly HostDevice[] | null;
}

/**
 * Fits requests for devices on what is free of a host, so that the sum of the scores is the lowest. A flow between requests and pools: no search,
 * and polynomial in the numbers of both. The same arguments give the same devices. Pure.
 */
export function deviceFitter(requests: readonly DeviceRequest[]): DeviceFitter {
  const total = requests.reduce((sum, { count }) => sum + count, 0);
  const desired = requests.map(({ count }) => count);
  const scoresOf = (free: readonly DevicePool[], on: GuestNodes | null) =>
    requests.map((request) => free.map(({ kind }) => scoreOf(request, kind, on)));
  const flowOf = (free: readonly DevicePool[], scores: ReturnType<typeof scoresOf>) =>
    cheapestFlow({ desired, present: free.map(({ devices }) => devices.length), costs: scores });
  const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
  return {
    mayFit: (free) =>
      requests.every(
        (request) =>
          sum(free.map(({ kind, devices }) => (isLike(kind, request) ? devices.length : 0))) >= request.count,
      ),
    worthOf(free, on) {
      const scores = scoresOf(free, on);
      const flow = flowOf(free, scores);
      const near = flow.map((ofRequest, at) => sum(ofRequest.filter((_, pool) => scores[at]?.[pool] === NEAR)));
      return sum(flow.map(sum)) * (total + 1) + sum(near);
    },
    chosenFrom(free, on) {
      const flow = flowOf(free, scoresOf(free, on));
      if (sum(flow.map(sum)) < total) return null;
      const next = free.map(() => 0);
      return flow.flatMap((ofRequest) =>
        ofRequest.flatMap((amount, at) => {
          const from = next[at] as number;
          next[at] = from + amount;
          return free[at]?.devices.slice(from, from + amount) ?? [];
        }),
      );
    },
  };
}

/** Null: the request takes no such device. */
function scoreOf(request: DeviceRequest, kind: DevicePool['kind'], on: GuestNodes | null): number | null {
  if (!isLike(kind, request)) return null;
  const { numaNode } = kind;
  if (on === null || (numaNode !== null && on.nodes.has(numaNode))) return NEAR;
  switch (request.affinity) {
    case 'required':
      return null;
    case 'legacy':
      return numaNode === null ? UNKNOWN : null;
    case 'socket':
      return numaNode !== null && on.sameSocket.has(numaNode) ? UNKNOWN : null;
    case 'preferred':
      return numaNode === null ? UNKNOWN : ELSEWHERE;
  }
}
