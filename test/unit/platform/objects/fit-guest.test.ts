import { describe, expect, it } from 'vitest';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import { devicePools, poolsText } from '#platform/objects/fit-devices.ts';
import { guestFitter } from '#platform/objects/fit-guest.ts';
import { freeNodes } from '#platform/objects/free-nodes.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { SeededRandom } from '../../scheduler/seeded-random.ts';

const RATIOS = { vcpus: 1, ramMb: 1 };
/** On a loaded machine; a search over permutations of 8 devices for 6 requests takes seconds. */
const MAX_MS = 20;

const aDevice = (at: number, rest: Partial<HostDevice> = {}): HostDevice => ({
  address: `0000:${(0x80 + (at >> 5)).toString(16)}:${(at & 31).toString(16).padStart(2, '0')}.0`,
  vendorId: '10de',
  productId: '2230',
  type: 'type-PCI',
  numaNode: 0,
  resourceClass: 'CUSTOM_PCI_10DE_2230',
  ...rest,
});
const aNode = (id: number, rest: Partial<HostNode> = {}): HostNode => ({
  ...{ id, shared: '', dedicated: `${4 * id}-${4 * id + 3}`, cores: [], ramMb: 4_096, pages: [] },
  ...rest,
});
const aRequest = (rest: Partial<DeviceRequest> = {}): DeviceRequest => ({
  ...{ name: 'gpu', count: 1, anyOf: [{ vendorId: '10de', productId: '2230' }], affinity: 'legacy' as const },
  ...rest,
});
const guestOf = (nodes: number, cpus = 1): GuestTopology => ({
  nodes: Array.from({ length: nodes }, (_, at) => {
    const set = Array.from({ length: cpus }, (__, cpu) => at * cpus + cpu).join(',');
    return { cpus: set, dedicated: set, ramMb: 64 };
  }),
  ...{ pages: null, threads: null, emulator: null },
});
const choose = (
  topology: GuestTopology | null,
  requests: readonly DeviceRequest[],
  devices: readonly HostDevice[],
  nodes: readonly HostNode[] = [aNode(0), aNode(1)],
) =>
  guestFitter(topology, requests).choose({
    nodes: freeNodes(nodes, []),
    devices: devicePools(devices),
    ratios: RATIOS,
  });
const addressesOf = (chosen: ReturnType<typeof choose>) =>
  typeof chosen === 'string' ? chosen : chosen.devices.map(({ address }) => address);
const nodesOf = (chosen: ReturnType<typeof choose>) =>
  typeof chosen === 'string' ? chosen : chosen.placement?.nodes.map(({ hostNode }) => hostNode);

describe('a guest without NUMA nodes', () => {
  it('gets devices of any node, each once', () => {
    const devices = [aDevice(0), aDevice(1, { numaNode: 1 }), aDevice(2, { numaNode: null })];
    const chosen = choose(null, [aRequest({ count: 2 }), aRequest({ affinity: 'required' })], devices);
    expect([...addressesOf(chosen)].sort()).toEqual(devices.map(({ address }) => address));
    expect(choose(null, [aRequest({ count: 4 })], devices)).toBe('pci-passthrough');
  });

  it('gets what the more particular request needs', () => {
    const devices = [aDevice(0), aDevice(1, { productId: '2231' })];
    const any = aRequest({ anyOf: [{ vendorId: '10de' }] });
    expect(addressesOf(choose(null, [any, aRequest()], devices))).toEqual([devices[1]?.address, devices[0]?.address]);
  });

  it('gets physical functions and mediated devices only by their type or class', () => {
    const devices = [aDevice(0, { type: 'type-PF' }), aDevice(1, { type: 'mdev', resourceClass: 'VGPU' })];
    expect(choose(null, [aRequest()], devices)).toBe('pci-passthrough');
    const named = [aRequest({ anyOf: [{ type: 'type-PF' }] }), aRequest({ anyOf: [{ resourceClass: 'VGPU' }] })];
    expect(addressesOf(choose(null, named, devices))).toEqual(devices.map(({ address }) => address));
  });
});

describe('a guest with NUMA nodes', () => {
  const far = [aDevice(0, { numaNode: 1 }), aDevice(1, { numaNode: 1 })];

  it.each([
    ['required', [1]],
    ['legacy', [1]],
    ['preferred', [1]],
    ['socket', [1]],
  ] as const)('is placed where its devices are (%s)', (affinity, nodes) => {
    // Node 0 has more free memory, and would be chosen first.
    const hosts = [aNode(0, { ramMb: 8_192 }), aNode(1)];
    expect(nodesOf(choose(guestOf(1), [aRequest({ count: 2, affinity })], far, hosts))).toEqual(nodes);
  });

  it('may have devices from elsewhere if it prefers near ones only, or of its socket', () => {
    const wide = guestOf(1, 6);
    const hosts = [aNode(0, { dedicated: '0-7', socket: 0 }), aNode(1, { dedicated: '8-9', socket: 0 })];
    const other = hosts.map((node) => ({ ...node, socket: node.id }));
    expect(choose(wide, [aRequest({ affinity: 'required' })], far, hosts)).toBe('pci-passthrough');
    expect(choose(wide, [aRequest()], far, hosts)).toBe('pci-passthrough');
    expect(nodesOf(choose(wide, [aRequest()], [aDevice(0, { numaNode: null })], hosts))).toEqual([0]);
    expect(nodesOf(choose(wide, [aRequest({ affinity: 'preferred' })], far, hosts))).toEqual([0]);
    expect(nodesOf(choose(wide, [aRequest({ affinity: 'socket' })], far, hosts))).toEqual([0]);
    expect(choose(wide, [aRequest({ affinity: 'socket' })], far, other)).toBe('pci-passthrough');
  });

  it('says whether it is the nodes or the devices that are missing', () => {
    expect(choose(guestOf(3), [aRequest()], far)).toBe('numa-topology');
    expect(choose(guestOf(1), [aRequest({ count: 3 })], far)).toBe('pci-passthrough');
  });
});

it('finds a choice for a guest with one node, or requests of one kind, whenever there is one', () => {
  const random = new SeededRandom(39);
  let fitting = 0;
  for (let count = 0; count < 2_000; count++) {
    const hosts = Array.from({ length: 1 + random.below(3) }, (_, id) =>
      aNode(id, { dedicated: random.of(['', `${id}`]) }),
    );
    const devices = Array.from({ length: random.below(6) }, (_, at) =>
      aDevice(at, { numaNode: random.of([null, 0, 1, 2]), productId: random.of(['2230', '2231']) }),
    );
    const one = random.once(2);
    const requests = Array.from({ length: one ? 1 + random.below(2) : 1 }, () =>
      aRequest({
        ...{ count: 1 + random.below(3), affinity: random.of(['required', 'legacy', 'preferred'] as const) },
        anyOf: random.of([[{ productId: '2230' }], [{ productId: '2231' }], [{ vendorId: '10de' }]]),
      }),
    );
    const topology = guestOf(one ? 1 : 2);
    const chosen = choose(topology, requests, devices, hosts);
    const usable = hosts.filter(({ dedicated }) => dedicated !== '').map(({ id }) => id);
    const sets = one ? usable.map((id) => [id]) : usable.flatMap((a, at) => usable.slice(at + 1).map((b) => [a, b]));
    const possible = sets.some((ids) => fitsOn(ids, requests, devices));
    expect([chosen, typeof chosen !== 'string']).toEqual([chosen, possible]);
    const pools = devicePools(devices);
    const free = { nodes: freeNodes(hosts, []), devices: pools, devicesText: poolsText(pools), ratios: RATIOS };
    const lacking = guestFitter(topology, requests).lacks(free);
    if (typeof chosen !== 'string') expect(lacking).toBeNull();
    else expect(lacking).not.toBeNull();
    if (typeof chosen !== 'string') fitting += 1;
  }
  expect(fitting).toBeGreaterThan(200);
});

/** By trying every device for every request. */
function fitsOn(ids: readonly number[], requests: readonly DeviceRequest[], devices: readonly HostDevice[]): boolean {
  const asked = requests.flatMap((request) => Array.from({ length: request.count }, () => request));
  const isFor = ({ anyOf, affinity }: DeviceRequest, { numaNode, vendorId, productId }: HostDevice): boolean =>
    anyOf.some((spec) => (spec.vendorId ?? vendorId) === vendorId && (spec.productId ?? productId) === productId) &&
    (affinity === 'preferred' || (numaNode === null ? affinity === 'legacy' : ids.includes(numaNode)));
  const fill = (at: number, left: readonly HostDevice[]): boolean => {
    const request = asked[at];
    if (request === undefined) return true;
    return left.some(
      (device) =>
        isFor(request, device) &&
        fill(
          at + 1,
          left.filter((other) => other !== device),
        ),
    );
  };
  return fill(0, devices);
}

it.each([
  [8, 6, 1],
  [64, 16, 4],
])('takes about as long for %i devices and %i requests of %i as for few', (devices, requests, count) => {
  const all = Array.from({ length: devices }, (_, at) =>
    aDevice(at, { numaNode: at % 2, productId: `22${30 + (at % 8)}` }),
  );
  const asked = Array.from({ length: requests }, () =>
    aRequest({ count, anyOf: [{ vendorId: '10de' }], affinity: 'preferred' }),
  );
  const times = Array.from({ length: 20 }, () => {
    const before = performance.now();
    expect(new Set(addressesOf(choose(guestOf(2), asked, all))).size).toBe(requests * count);
    return performance.now() - before;
  });
  expect(Math.min(...times)).toBeLessThan(MAX_MS);
});
