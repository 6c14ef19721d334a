import type { Candidate, Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Filter } from './filters/filter.ts';
import { FILTERS } from './filters/registry.ts';
import { RefusalCount } from './refusal-count.ts';
import { mix, seedOf } from './seeded-order.ts';
import type { HostView, Snapshot } from './snapshot.ts';
import { WEIGHERS } from './weighers/registry.ts';
import { totalWeights } from './weighers/total-weights.ts';
import type { Weigher } from './weighers/weigher.ts';

export interface SchedulingPolicy {
  readonly filters: readonly Filter[];
  readonly weighers: readonly Weigher[];
  /** By weigher name; replaces the weigher's default. */
  readonly multipliers: Readonly<Record<string, number>>;
}

export const DEFAULT_POLICY: SchedulingPolicy = { filters: FILTERS, weighers: WEIGHERS, multipliers: {} };

/**
 * Returns the candidates for a request, best first, or the counted reasons why no host fits. Pure: the same request and snapshot give the
 * same decision, so a decision can be replayed. A seed from the request shuffles hosts of equal weight.
 */
export function schedule(
  request: SchedulingRequest,
  snapshot: Snapshot,
  policy: SchedulingPolicy = DEFAULT_POLICY,
): Decision {
  const refusals = new RefusalCount();
  const checks = policy.filters.flatMap((filter) => {
    const check = filter.question(request, snapshot);
    return check === null ? [] : [{ filter, check }];
  });
  const fitting: HostView[] = [];
  let considered = 0;
  for (const host of snapshot.hosts) {
    if (request.onlyCellId !== null && host.cell.id !== request.onlyCellId) continue;
    considered += 1;
    if (passes(host, checks, refusals)) fitting.push(host);
  }
  return {
    instanceUuid: request.instanceUuid,
    candidates: pick(inOrder(fitting, request, policy), request.alternates).map(candidateOf),
    refusals: refusals.list(),
    hostsConsidered: considered,
    silentCells: [...snapshot.silentCells],
  };
}

type Check = { readonly filter: Filter; readonly check: (host: HostView) => string | null };

function passes(host: HostView, checks: readonly Check[], refusals: RefusalCount): boolean {
  for (const { filter, check } of checks) {
    const reason = check(host);
    if (reason === null) continue;
    refusals.add(filter.name, reason, host.cell.name);
    return false;
  }
  return true;
}

function inOrder(hosts: readonly HostView[], request: SchedulingRequest, policy: SchedulingPolicy): HostView[] {
  const weights = totalWeights(hosts, request, policy.weighers, policy.multipliers);
  const seed = seedOf(request.requestId + request.instanceUuid);
  return hosts
    .map((host, at) => ({ host, weight: weights[at] ?? 0, shuffled: mix(seed, host.salt) }))
    .sort((a, b) => b.weight - a.weight || a.shuffled - b.shuffled || (a.host.host.id < b.host.host.id ? -1 : 1))
    .map(({ host }) => host);
}

/**
 * The best host, then its alternates: first those of its own cell, which the cell tries without another decision, then the best of each other
 * cell in turn. Other cells get up to half of the alternates, so that the build survives the failure of a whole cell.
 */
function pick(sorted: readonly HostView[], alternates: number): readonly HostView[] {
  const [best] = sorted;
  if (best === undefined) return [];
  const here = sorted.filter((host) => host !== best && host.cell.id === best.cell.id);
  const elsewhere = inTurn(sorted.filter((host) => host.cell.id !== best.cell.id));
  const fromElsewhere = Math.min(elsewhere.length, Math.max(Math.floor(alternates / 2), alternates - here.length));
  return [best, ...here.slice(0, alternates - fromElsewhere), ...elsewhere.slice(0, fromElsewhere)];
}

/** The best host of each cell, then the second of each, and so on. */
function inTurn(hosts: readonly HostView[]): readonly HostView[] {
  const rank = new Map<string, number>();
  return hosts
    .map((host) => {
      const turn = rank.get(host.cell.id) ?? 0;
      rank.set(host.cell.id, turn + 1);
      return { host, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ host }) => host);
}

const candidateOf = ({ cell, host, zone }: HostView): Candidate => ({
  cellId: cell.id,
  cellName: cell.name,
  hostId: host.id,
  hostName: host.name,
  zone,
});
