import { expect, it } from 'vitest';
import type { GuestPlacement } from '#platform/objects/guest-placement.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { affinityOf } from '../../../../../../cell/compute/drivers/qemu/guest-affinity.ts';
import { memoryArguments } from '../../../../../../cell/compute/drivers/qemu/memory-arguments.ts';

const NODES: readonly HostNode[] = [0, 1].map((id) => ({
  ...{ id, shared: `${4 * id}`, dedicated: `${4 * id + 1}-${4 * id + 3}`, cores: [], ramMb: 1_024, pages: [] },
}));
const placement = (rest: Partial<GuestPlacement> = {}): GuestPlacement => ({
  nodes: [
    { hostNode: 1, cpus: '0-1,4', ramMb: 512, pins: { 0: 5, 1: 7 }, empty: '', pageKb: null },
    { hostNode: 0, cpus: '2-3', ramMb: 256, pins: { 2: 1, 3: 2 }, empty: '', pageKb: 2_048 },
  ],
  emulator: null,
  emulatorCpu: null,
  ...rest,
});

it('pins dedicated CPUs, and keeps the others on the shared ones of their node', () => {
  const { all, emulator, cpus } = affinityOf(placement(), NODES) ?? {};
  expect(all).toEqual([1, 2, 4, 5, 7]);
  expect(emulator).toBeNull();
  expect([...(cpus ?? [])]).toEqual([
    ...[[0, [5]] as const, [1, [7]] as const, [4, [4]] as const],
    ...[[2, [1]] as const, [3, [2]] as const],
  ]);
});

it('puts the emulator on its own CPU, or on all shared ones', () => {
  expect(affinityOf(placement({ emulator: 'isolate', emulatorCpu: 6 }), NODES)).toMatchObject({
    all: [1, 2, 4, 5, 6, 7],
    emulator: [6],
  });
  expect(affinityOf(placement({ emulator: 'share' }), NODES)?.emulator).toEqual([0, 4]);
});

it('keeps a guest without a placement off dedicated CPUs, and leaves it alone where there are none', () => {
  expect(affinityOf(undefined, NODES)?.all).toEqual([0, 4]);
  expect(
    affinityOf(
      undefined,
      NODES.map((node) => ({ ...node, dedicated: '' })),
    ),
  ).toBeNull();
});

it('binds the memory of each node to its host node, and takes huge pages at once', () => {
  expect(memoryArguments(placement(), 8)).toEqual([
    ...['-object', 'memory-backend-ram,id=node0,size=524288K,host-nodes=1,policy=bind'],
    ...['-numa', 'node,nodeid=0,cpus=0-1,cpus=4,memdev=node0'],
    '-object',
    'memory-backend-memfd,id=node1,hugetlb=on,hugetlbsize=2048K,prealloc=on,size=262152K,host-nodes=0,policy=bind',
    ...['-numa', 'node,nodeid=1,cpus=2-3,memdev=node1'],
  ]);
});
