import type { Decision, Place, SchedulingRequest } from '#platform/contracts/scheduler.ts';
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
  /** Instead of a weigher's own. */
  readonly multipliers: Readonly<Record<string, number>>;
}

export const DEFAULT_POLICY: SchedulingPolicy = { filters: FILTERS, weighers: WEIGHERS, multipliers: {} };

/**
 * Request and hosts → places, best first, or the counted reasons why there is none. Pure: the same request on the same snapshot gives
 * the same decision, equals included (they are shuffled by a seed from the request), so that a decision can be replayed.
 */
export function schedule(
  request: SchedulingRequest,
  snapshot: Snapshot,
  policy: SchedulingPolicy = DEFAULT_POLICY,
): Decision {
  const refusals = new RefusalCount();
  const asked = policy.filters.flatMap((filter) => {
    const question = filter.question(request, snapshot);
    return question === null ? [] : [{ filter, question }];
  });
  const fitting: HostView[] = [];
  let considered = 0;
  for (const host of snapshot.hosts) {
    if (request.onlyCellId !== null && host.cell.id !== request.onlyCellId) continue;
    considered += 1;
    if (passes(host, asked, refusals)) fitting.push(host);
  }
  return {
    instanceUuid: request.instanceUuid,
    places: pick(inOrder(fitting, request, policy), request.alternates).map(placeOf),
    refusals: refusals.list(),
    hostsConsidered: considered,
    silentCells: [...snapshot.silentCells],
  };
}

type Asked = { readonly filter: Filter; readonly question: (host: HostView) => string | null };

function passes(host: HostView, asked: readonly Asked[], refusals: RefusalCount): boolean {
  for (const { filter, question } of asked) {
    const reason = question(host);
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
 * The best, then its alternates: first of its own cell (whose door tries them without asking again), then of the others, the best of
 * each in turn. Other cells get up to half of the alternates, so that a cell which fails as a whole is not the end.
 */
function pick(ordered: readonly HostView[], alternates: number): readonly HostView[] {
  const [best] = ordered;
  if (best === undefined) return [];
  const here = ordered.filter((host) => host !== best && host.cell.id === best.cell.id);
  const elsewhere = inTurn(ordered.filter((host) => host.cell.id !== best.cell.id));
  const fromElsewhere = Math.min(elsewhere.length, Math.max(Math.floor(alternates / 2), alternates - here.length));
  return [best, ...here.slice(0, alternates - fromElsewhere), ...elsewhere.slice(0, fromElsewhere)];
}

/** The best of each cell, then the second of each, … */
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

const placeOf = ({ cell, host, zone }: HostView): Place => ({
  cellId: cell.id,
  cellName: cell.name,
  hostId: host.id,
  hostName: host.name,
  zone,
});
