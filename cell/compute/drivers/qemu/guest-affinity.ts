import { parseCpuSet } from '#platform/objects/cpu-set.ts';
import type { GuestPlacement, PlacedNode } from '#platform/objects/guest-placement.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';

/** On which CPUs of the host the threads of a guest's process may run. */
interface GuestAffinity {
  /** Every thread, until it is pinned; those of the emulator for good unless `emulator` says otherwise. */
  readonly all: readonly number[];
  readonly emulator: readonly number[] | null;
  /** By the guest's number of the CPU. */
  readonly cpus: ReadonlyMap<number, readonly number[]>;
}

/**
 * null: all of them may run anywhere, since the guest has no placement and the host no dedicated CPUs. Without a placement they keep to the CPUs that
 * guests share. Pure.
 */
export function affinityOf(placement: GuestPlacement | undefined, nodes: readonly HostNode[]): GuestAffinity | null {
  const shared = nodes.flatMap((node) => parseCpuSet(node.shared));
  if (placement === undefined) {
    return nodes.every(({ dedicated }) => dedicated === '') ? null : { all: shared, emulator: null, cpus: new Map() };
  }
  const { emulatorCpu } = placement;
  const cpus = new Map(placement.nodes.flatMap((node) => affinitiesIn(node, nodes)));
  const own = new Set([...cpus.values()].flat());
  const isolated = emulatorCpu === null ? null : [emulatorCpu];
  const emulator = isolated ?? (placement.emulator === 'share' && shared.length > 0 ? shared : null);
  return { all: [...new Set([...own, ...(isolated ?? [])])].sort((a, b) => a - b), emulator, cpus };
}

const affinitiesIn = (
  { cpus, pins, hostNode }: PlacedNode,
  nodes: readonly HostNode[],
): readonly (readonly [number, readonly number[]])[] => {
  const shared = parseCpuSet(nodes.find(({ id }) => id === hostNode)?.shared ?? '');
  return parseCpuSet(cpus).map((cpu) => {
    const pin = pins[`${cpu}`];
    return [cpu, pin === undefined ? shared : [pin]] as const;
  });
};
