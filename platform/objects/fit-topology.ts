import { formatCpuSet, parseCpuSet } from './cpu-set.ts';
import { type GuestPlacement, type PlacedNode, pagesUsed } from './guest-placement.ts';
import type { GuestNode, GuestTopology, PageSize, ThreadPolicy } from './guest-topology.ts';
import { type HostNode, type NodeUse, SMALL_PAGE_KB } from './host-topology.ts';

/** How often shared CPUs and memory without a page size may be given. */
interface Ratios {
  readonly vcpus: number;
  readonly ramMb: number;
}

/** A host node with what is free of it. */
export interface FreeNode {
  readonly node: HostNode;
  readonly use: NodeUse;
  readonly sharedCpus: number;
  /** Free dedicated CPUs by core, most first; `isWhole`: nobody has a thread of it. */
  readonly cores: readonly { readonly free: readonly number[]; readonly isWhole: boolean }[];
  readonly freeCpus: number;
}

/** A node of a guest, with what is counted for each host. */
interface NeededNode {
  readonly node: GuestNode;
  readonly shared: number;
  readonly dedicated: readonly number[];
  /** 1: the emulator's own CPU, too. It is on the node of the guest's first node, as in Nova. */
  readonly extra: 0 | 1;
}

/** The nodes of a host, those with the most free memory first. */
export const freeNodes = (nodes: readonly HostNode[], used: readonly NodeUse[]): readonly FreeNode[] =>
  nodes.map((node) => freeOf(node, used)).sort(byFreeMemory);

/**
 * Which CPUs and pages of a host a guest gets; null: it does not fit. Each node of the guest gets a host node of its own, if possible one with
 * much free memory. The same arguments give the same placement. Pure, and polynomial in the number of nodes: a matching, no search.
 */
export function topologyFitter(
  guest: GuestTopology,
): (free: readonly FreeNode[], ratios: Ratios) => GuestPlacement | null {
  const needed = guest.nodes.map((node, at): NeededNode => {
    const dedicated = parseCpuSet(node.dedicated);
    const shared = parseCpuSet(node.cpus).length - dedicated.length;
    return { node, shared, dedicated, extra: guest.emulator === 'isolate' && at === 0 ? 1 : 0 };
  });
  return (free, ratios) => {
    if (needed.length > free.length) return null;
    const fits: (readonly (FittedNode | null)[])[] = [];
    for (const node of needed) {
      const row = free.map((one) => fitNode(node, guest, one, ratios));
      if (row.every((fit) => fit === null)) return null;
      fits.push(row);
    }
    const hostOf = match(fits);
    if (hostOf === null) return null;
    const placed = hostOf.map((host, at) => fits[at]?.[host]) as FittedNode[];
    return {
      nodes: placed.map(({ emulatorCpu, ...node }) => node),
      emulator: guest.emulator,
      emulatorCpu: placed[0]?.emulatorCpu ?? null,
    };
  };
}

interface FittedNode extends PlacedNode {
  readonly emulatorCpu: number | null;
}

function freeOf(node: HostNode, used: readonly NodeUse[]): FreeNode {
  const use = used.find(({ id }) => id === node.id) ?? { id: node.id, vcpus: 0, cpus: '', ramMb: 0, pages: [] };
  const taken = new Set(parseCpuSet(use.cpus));
  const dedicated = new Set(parseCpuSet(node.dedicated));
  const inCores = node.cores.map((core) => parseCpuSet(core).filter((cpu) => dedicated.has(cpu)));
  const known = new Set(inCores.flat());
  const all = [...inCores, ...[...dedicated].filter((cpu) => !known.has(cpu)).map((cpu) => [cpu])];
  const cores = all
    .map((core) => ({ free: core.filter((cpu) => !taken.has(cpu)), isWhole: core.every((cpu) => !taken.has(cpu)) }))
    .filter(({ free }) => free.length > 0)
    .sort((a, b) => b.free.length - a.free.length || (a.free[0] as number) - (b.free[0] as number));
  const freeCpus = cores.reduce((sum, { free }) => sum + free.length, 0);
  return { node, use, sharedCpus: parseCpuSet(node.shared).length, cores, freeCpus };
}

const byFreeMemory = (a: FreeNode, b: FreeNode): number =>
  b.node.ramMb - b.use.ramMb - (a.node.ramMb - a.use.ramMb) || a.node.id - b.node.id;

/** One guest node on one host node, whatever the others get. Counts are compared first. */
function fitNode(
  { node: { cpus, ramMb }, shared, dedicated, extra }: NeededNode,
  { pages, threads }: GuestTopology,
  { node, use, sharedCpus, cores, freeCpus }: FreeNode,
  ratios: Ratios,
): FittedNode | null {
  if (dedicated.length + extra > freeCpus) return null;
  if (shared > sharedCpus || use.vcpus + shared > Math.floor(sharedCpus * ratios.vcpus)) return null;
  const limit = pages === null ? Math.floor(node.ramMb * ratios.ramMb) : node.ramMb;
  if (ramMb > node.ramMb || use.ramMb + ramMb > limit) return null;
  const pageKb = pages === null ? null : pageOf(pages, ramMb, node, use);
  if (pageKb === undefined) return null;
  const chosen = chooseCpus(dedicated.length, extra, threads ?? 'prefer', cores);
  if (chosen === null) return null;
  const [emulatorCpu = null] = chosen.pinned.slice(dedicated.length);
  return {
    hostNode: node.id,
    cpus,
    ramMb,
    pins: Object.fromEntries(dedicated.map((cpu, at) => [`${cpu}`, chosen.pinned[at] as number])),
    empty: formatCpuSet(chosen.empty),
    pageKb,
    emulatorCpu,
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

/** Host CPUs for so many guest CPUs, and after them for the emulator. */
function chooseCpus(
  count: number,
  extra: number,
  policy: ThreadPolicy,
  cores: FreeNode['cores'],
): { readonly pinned: readonly number[]; readonly empty: readonly number[] } | null {
  if (policy === 'isolate') {
    const whole = cores.filter(({ isWhole }) => isWhole).slice(0, count + extra);
    if (whole.length < count + extra) return null;
    return { pinned: whole.map(({ free }) => free[0] as number), empty: whole.flatMap(({ free }) => free.slice(1)) };
  }
  // `require` is about the guest's own CPUs; its emulator may have any.
  const usable = policy === 'require' ? cores.filter(({ free }) => free.length > 1) : cores;
  const pinned = usable.flatMap(({ free }) => free).slice(0, count);
  const rest = cores.flatMap(({ free }) => free).filter((cpu) => !pinned.includes(cpu));
  if (pinned.length < count || rest.length < extra) return null;
  return { pinned: [...pinned, ...rest.slice(0, extra)], empty: [] };
}

/** A host for each guest node, none twice; null: there is none. Augmenting paths (Kuhn); earlier hosts are preferred. */
function match(fits: readonly (readonly (FittedNode | null)[])[]): readonly number[] | null {
  const guestOf = new Map<number, number>();
  const place = (guest: number, seen: Set<number>): boolean => {
    const hosts = (fits[guest] ?? []).flatMap((fit, host) => (fit === null || seen.has(host) ? [] : [host]));
    for (const host of [...hosts.filter((one) => !guestOf.has(one)), ...hosts]) {
      if (seen.has(host)) continue;
      seen.add(host);
      const other = guestOf.get(host);
      if (other !== undefined && !place(other, seen)) continue;
      guestOf.set(host, guest);
      return true;
    }
    return false;
  };
  if (!fits.every((_, guest) => place(guest, new Set()))) return null;
  const hostOf = new Map([...guestOf].map(([host, guest]) => [guest, host]));
  return fits.map((_, guest) => hostOf.get(guest) as number);
}
