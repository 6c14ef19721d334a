import { formatCpuSet, parseCpuSet } from './cpu-set.ts';
import { type FreeCore, type FreeNode, freeCores } from './free-nodes.ts';
import { type GuestPlacement, type PlacedNode, pagesUsed } from './guest-placement.ts';
import type { GuestNode, GuestTopology, PageSize, ThreadPolicy } from './guest-topology.ts';
import { type HostNode, type NodeUse, SMALL_PAGE_KB } from './host-topology.ts';

/** How often shared CPUs and memory without a page size may be given. */
interface Ratios {
  readonly vcpus: number;
  readonly ramMb: number;
}

/** A node of a guest, with what is counted for each host. */
interface NeededNode {
  readonly node: GuestNode;
  readonly shared: number;
  readonly dedicated: readonly number[];
  /** 1: the emulator's own CPU, too. It is on the node of the guest's first node, as in Nova. */
  readonly extra: 0 | 1;
}

interface TopologyFitter {
  /** Whether it fits. Compares counts only. */
  fits(free: readonly FreeNode[], ratios: Ratios): boolean;
  /** The same text for lists of host nodes on which the guest's nodes fit alike: 1 for each pair that fits, 0 for the others. */
  fitsByNode(free: readonly FreeNode[], ratios: Ratios): string;
  /** Which CPUs and pages of a host the guest gets; null: it does not fit. */
  placementOn(free: readonly FreeNode[], ratios: Ratios): GuestPlacement | null;
  /** The same on the first host nodes of the list on which it fits: no other choice has the first where this one has not, and so on. */
  placementOnFirst(free: readonly FreeNode[], ratios: Ratios): GuestPlacement | null;
}

/**
 * Fits a guest on hosts. Each node of the guest gets a host node of its own, if possible one with much free memory. The same arguments give the same
 * placement. Pure, and polynomial in the number of nodes: a matching, no search.
 */
export function topologyFitter(guest: GuestTopology): TopologyFitter {
  const needed = guest.nodes.map((node, at): NeededNode => {
    const dedicated = parseCpuSet(node.dedicated);
    const shared = parseCpuSet(node.cpus).length - dedicated.length;
    return { node, shared, dedicated, extra: guest.emulator === 'isolate' && at === 0 ? 1 : 0 };
  });
  const hostsOf = (free: readonly FreeNode[], ratios: Ratios, matching = match): readonly number[] | null =>
    needed.length > free.length
      ? null
      : matching(needed.length, free.length, (node, host) =>
          fitsOn(needed[node] as NeededNode, guest, free[host] as FreeNode, ratios),
        );
  const placementOf = (hosts: readonly number[] | null, free: readonly FreeNode[]): GuestPlacement | null => {
    if (hosts === null) return null;
    const placed = hosts.map((host, at) => chooseOn(needed[at] as NeededNode, guest, free[host] as FreeNode));
    return {
      nodes: placed.map(({ node }) => node),
      emulator: guest.emulator,
      emulatorCpu: placed[0]?.emulatorCpu ?? null,
    };
  };
  return {
    fits: (free, ratios) => hostsOf(free, ratios) !== null,
    fitsByNode: (free, ratios) =>
      free.map((host) => needed.map((node) => (fitsOn(node, guest, host, ratios) ? 1 : 0)).join('')).join(' '),
    placementOn: (free, ratios) => placementOf(hostsOf(free, ratios), free),
    placementOnFirst: (free, ratios) => placementOf(hostsOf(free, ratios, matchFirst), free),
  };
}

/** Whether a guest node fits on a host node, whatever the others get. */
function fitsOn(
  { node: { ramMb }, shared, dedicated, extra }: NeededNode,
  { pages, threads }: GuestTopology,
  { node, use, sharedCpus, freeCpus }: FreeNode,
  ratios: Ratios,
): boolean {
  // `require` is about the guest's own CPUs; its emulator may have any.
  const ofPolicy = dedicated.length + (threads === 'require' ? 0 : extra);
  if (ofPolicy > freeCpus[threads ?? 'prefer'] || dedicated.length + extra > freeCpus.prefer) return false;
  if (shared > sharedCpus || use.vcpus + shared > Math.floor(sharedCpus * ratios.vcpus)) return false;
  const limit = pages === null ? Math.floor(node.ramMb * ratios.ramMb) : node.ramMb;
  if (ramMb > node.ramMb || use.ramMb + ramMb > limit) return false;
  return pages === null || pageOf(pages, ramMb, node, use) !== undefined;
}

interface ChosenNode {
  readonly node: PlacedNode;
  readonly emulatorCpu: number | null;
}

/** A guest node on a host node on which it fits. */
function chooseOn(
  { node: { cpus, ramMb }, dedicated, extra }: NeededNode,
  { pages, threads }: GuestTopology,
  { node, use }: FreeNode,
): ChosenNode {
  const cores = freeCores(node, use);
  const { pinned, empty } = chooseCpus(dedicated.length, extra, threads ?? 'prefer', cores);
  const pageKb = pages === null ? null : (pageOf(pages, ramMb, node, use) ?? null);
  const pins = Object.fromEntries(dedicated.map((cpu, at) => [`${cpu}`, pinned[at] as number]));
  return {
    node: { hostNode: node.id, cpus, ramMb, pins, empty: formatCpuSet(empty), pageKb },
    emulatorCpu: pinned[dedicated.length] ?? null,
  };
}

/** The largest size of pages that is asked for and of which enough are free; undefined: none. */
function pageOf(asked: PageSize, ramMb: number, { pages }: HostNode, use: NodeUse): number | undefined {
  const isAsked = (sizeKb: number): boolean => {
    if (asked === 'any') return true;
    if (asked === 'small') return sizeKb === SMALL_PAGE_KB;
    return asked === 'large' ? sizeKb > SMALL_PAGE_KB : sizeKb === asked;
  };
  return pages
    .filter(({ sizeKb }) => isAsked(sizeKb) && (ramMb * 1024) % sizeKb === 0)
    .sort((a, b) => b.sizeKb - a.sizeKb)
    .find(({ sizeKb, total }) => pagesUsed(use, sizeKb) + (ramMb * 1024) / sizeKb <= total)?.sizeKb;
}

/** Host CPUs for so many guest CPUs, and after them for the emulator. There are enough. */
function chooseCpus(
  count: number,
  extra: number,
  policy: ThreadPolicy,
  cores: readonly FreeCore[],
): { readonly pinned: readonly number[]; readonly empty: readonly number[] } {
  if (policy === 'isolate') {
    const whole = cores.filter(({ isWhole }) => isWhole).slice(0, count + extra);
    return { pinned: whole.map(({ free }) => free[0] as number), empty: whole.flatMap(({ free }) => free.slice(1)) };
  }
  const usable = policy === 'require' ? cores.filter(({ free }) => free.length > 1) : cores;
  const pinned = usable.flatMap(({ free }) => free).slice(0, count);
  const rest = cores.flatMap(({ free }) => free).filter((cpu) => !pinned.includes(cpu));
  return { pinned: [...pinned, ...rest.slice(0, extra)], empty: [] };
}

type Fits = (node: number, host: number) => boolean;

/** A host for each of the guest's nodes, none twice; null: there is none. In turn the first host that is left, which mostly is enough. */
function match(nodes: number, hosts: number, fits: Fits): readonly number[] | null {
  const hostOf: number[] = [];
  for (let node = 0; node < nodes; node++) {
    let [host, isTaken] = [0, false];
    while (host < hosts && (hostOf.includes(host) || !fits(node, host))) {
      isTaken ||= hostOf.includes(host) && fits(node, host);
      host += 1;
    }
    if (host === hosts) return isTaken ? matchAll(nodes, hosts, fits) : null;
    hostOf.push(host);
  }
  return hostOf;
}

/** The same by augmenting paths (Kuhn): a node may take the host of another one that has a further host. */
function matchAll(nodes: number, hosts: number, fits: Fits): readonly number[] | null {
  const all = Array.from({ length: hosts }, (_, host) => host);
  const possible = Array.from({ length: nodes }, (_, node) => all.filter((host) => fits(node, host)));
  const nodeOf = new Map<number, number>();
  const assign = (node: number, seen: Set<number>): boolean => {
    for (const host of possible[node] ?? []) {
      if (seen.has(host)) continue;
      seen.add(host);
      const other = nodeOf.get(host);
      if (other !== undefined && !assign(other, seen)) continue;
      nodeOf.set(host, node);
      return true;
    }
    return false;
  };
  if (!possible.every((_, node) => assign(node, new Set()))) return null;
  const hostOf = new Map([...nodeOf].map(([host, node]) => [node, host]));
  return possible.map((_, node) => hostOf.get(node) as number);
}

/** The same, with the first hosts that can be matched together. A host that has a node keeps one. */
function matchFirst(nodes: number, hosts: number, fits: Fits): readonly number[] | null {
  const hostOf = new Map<number, number>();
  const take = (host: number, seen: Set<number>): boolean => {
    for (let node = 0; node < nodes; node++) {
      if (seen.has(node) || !fits(node, host)) continue;
      seen.add(node);
      const other = hostOf.get(node);
      if (other !== undefined && !take(other, seen)) continue;
      hostOf.set(node, host);
      return true;
    }
    return false;
  };
  for (let host = 0; host < hosts && hostOf.size < nodes; host++) take(host, new Set());
  return hostOf.size < nodes ? null : Array.from({ length: nodes }, (_, node) => hostOf.get(node) as number);
}
