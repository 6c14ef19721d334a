import { type Static, Type } from 'typebox';
import { CpuSet, formatCpuSet, parseCpuSet } from './cpu-set.ts';
import { EMULATOR_POLICIES, MAX_NODES } from './guest-topology.ts';
import type { NodeUse } from './host-topology.ts';
import { Count, nullable, oneOf } from './scalars.ts';

/** A node of a guest on a node of its host. */
const PlacedNode = Type.Object({
  hostNode: Count,
  /** Its CPUs, by the guest's numbers. */
  cpus: CpuSet,
  ramMb: Count,
  /** Guest CPU → the host CPU that it has for itself. The others run on the shared CPUs of the host node. */
  pins: Type.Record(Type.String(), Count),
  /** Host CPUs that are kept empty, because they are threads of the same cores. */
  empty: CpuSet,
  /** The size of its pages; null: whatever the host has. */
  pageKb: nullable(Count),
});
export type PlacedNode = Static<typeof PlacedNode>;

/** Which CPUs and which memory of its host a guest has. The claim of the guest decides it, once; it is as long there as the guest. */
export const GuestPlacement = Type.Object({
  nodes: Type.Array(PlacedNode, { minItems: 1, maxItems: MAX_NODES }),
  emulator: nullable(oneOf(EMULATOR_POLICIES)),
  /** The host CPU of the emulator, of the policy `isolate`; it is on the host node of the first node. */
  emulatorCpu: nullable(Count),
});
export type GuestPlacement = Static<typeof GuestPlacement>;

const pinned = ({ pins, empty }: PlacedNode): number[] => [...Object.values(pins), ...parseCpuSet(empty)];

/** What a placement takes of the nodes of its host. */
export const useOf = ({ nodes, emulatorCpu }: GuestPlacement): readonly NodeUse[] =>
  nodes.map((node, at) => ({
    id: node.hostNode,
    vcpus: parseCpuSet(node.cpus).length - Object.keys(node.pins).length,
    cpus: formatCpuSet([...pinned(node), ...(at === 0 && emulatorCpu !== null ? [emulatorCpu] : [])]),
    ramMb: node.ramMb,
    pages: node.pageKb === null ? [] : [{ sizeKb: node.pageKb, used: Math.ceil((node.ramMb * 1024) / node.pageKb) }],
  }));

/** The use of nodes with another one, or without it (-1). Nodes of which nothing is used are left out; the others are in the order of their ids. */
export function changedUse(before: readonly NodeUse[], change: readonly NodeUse[], sign: 1 | -1): NodeUse[] {
  const ids = [...new Set([...before, ...change].map(({ id }) => id))].sort((a, b) => a - b);
  return ids.flatMap((id) => {
    const [old, by] = [before, change].map((uses) => uses.find((use) => use.id === id) ?? nothing(id)) as [
      NodeUse,
      NodeUse,
    ];
    const changed = parseCpuSet(by.cpus);
    const cpus = parseCpuSet(old.cpus);
    const use = {
      id,
      vcpus: old.vcpus + sign * by.vcpus,
      cpus: formatCpuSet(sign === 1 ? [...cpus, ...changed] : cpus.filter((cpu) => !changed.includes(cpu))),
      ramMb: old.ramMb + sign * by.ramMb,
      pages: [...new Set([...old.pages, ...by.pages].map(({ sizeKb }) => sizeKb))]
        .sort((a, b) => a - b)
        .map((sizeKb) => ({ sizeKb, used: pagesUsed(old, sizeKb) + sign * pagesUsed(by, sizeKb) }))
        .filter(({ used }) => used > 0),
    };
    return use.vcpus <= 0 && use.cpus === '' && use.ramMb <= 0 ? [] : [use];
  });
}

const nothing = (id: number): NodeUse => ({ id, vcpus: 0, cpus: '', ramMb: 0, pages: [] });

export const pagesUsed = ({ pages }: NodeUse, sizeKb: number): number =>
  pages.find((pool) => pool.sizeKb === sizeKb)?.used ?? 0;

/** The host CPUs that guests with a topology have for themselves. */
export const dedicatedUsed = (uses: readonly NodeUse[]): number =>
  uses.reduce((sum, { cpus }) => sum + parseCpuSet(cpus).length, 0);
