import { parseCpuSet } from '#platform/objects/cpu-set.ts';
import type { GuestNode, GuestTopology } from '#platform/objects/guest-topology.ts';
import type { HostNode, NodeUse } from '#platform/objects/host-topology.ts';

interface ReferenceHost {
  readonly nodes: readonly HostNode[];
  readonly used: readonly NodeUse[];
  readonly ratios: { readonly vcpus: number; readonly ramMb: number };
}

/** The slow, obvious form: whether any way to give each guest node a host node of its own has all that is asked for. */
export function fitsSomehow(guest: GuestTopology, host: ReferenceHost): boolean {
  const tryFrom = (at: number, left: readonly HostNode[]): boolean =>
    at === guest.nodes.length ||
    left.some(
      (node) =>
        fitsOn(guest.nodes[at] as GuestNode, at, guest, node, host) &&
        tryFrom(
          at + 1,
          left.filter((other) => other !== node),
        ),
    );
  return tryFrom(0, host.nodes);
}

function fitsOn(asked: GuestNode, at: number, guest: GuestTopology, node: HostNode, host: ReferenceHost): boolean {
  const use = host.used.find(({ id }) => id === node.id);
  const [all, own, shared] = [asked.cpus, asked.dedicated, node.shared].map((text) => parseCpuSet(text).length) as [
    number,
    number,
    number,
  ];
  const floating = all - own;
  const extra = at === 0 && guest.emulator === 'isolate' ? 1 : 0;
  if (floating > shared || (use?.vcpus ?? 0) + floating > shared * host.ratios.vcpus) return false;
  const ratio = guest.pages === null ? host.ratios.ramMb : 1;
  if (asked.ramMb > node.ramMb || (use?.ramMb ?? 0) + asked.ramMb > node.ramMb * ratio) return false;
  return hasPages(asked.ramMb, guest, node, use) && hasCpus(own, extra, guest, node, use);
}

function hasPages(ramMb: number, { pages: asked }: GuestTopology, node: HostNode, use: NodeUse | undefined): boolean {
  if (asked === null) return true;
  return node.pages.some(({ sizeKb, total }) => {
    const isAsked =
      asked === 'any' ||
      (asked === 'small' && sizeKb === 4) ||
      (asked === 'large' && sizeKb !== 4) ||
      (typeof asked === 'number' && asked === sizeKb);
    const used = use?.pages.find((pool) => pool.sizeKb === sizeKb)?.used ?? 0;
    return isAsked && (ramMb * 1_024) / sizeKb <= total - used && (ramMb * 1_024) % sizeKb === 0;
  });
}

/** Tries every set of CPUs. */
function hasCpus(own: number, extra: number, guest: GuestTopology, node: HostNode, use: NodeUse | undefined): boolean {
  const taken = new Set(parseCpuSet(use?.cpus ?? ''));
  const dedicated = parseCpuSet(node.dedicated);
  const free = dedicated.filter((cpu) => !taken.has(cpu));
  const coreOf = (cpu: number) => node.cores.map(parseCpuSet).find((core) => core.includes(cpu)) ?? [cpu];
  const inCore = (cpu: number) => coreOf(cpu).filter((one) => dedicated.includes(one));
  return subsets(free, own).some((pinned) => {
    const rest = free.filter((cpu) => !pinned.includes(cpu));
    return subsets(rest, extra).some((emulator) => {
      const chosen = [...pinned, ...emulator];
      if (guest.threads === 'isolate') {
        return chosen.every((cpu) =>
          inCore(cpu).every((one) => one === cpu || (free.includes(one) && !chosen.includes(one))),
        );
      }
      if (guest.threads !== 'require') return true;
      return pinned.every((cpu) => inCore(cpu).filter((one) => free.includes(one)).length > 1);
    });
  });
}

function subsets(of: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return of.flatMap((first, at) => subsets(of.slice(at + 1), size - 1).map((rest) => [first, ...rest]));
}
