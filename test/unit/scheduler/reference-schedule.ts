import type { Candidate, Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { NearMiss } from '#platform/objects/decision-record.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { aggregateNumber } from '../../../scheduler/aggregate-number.ts';
import type { HostView } from '../../../scheduler/host-view.ts';
import { RefusalCount } from '../../../scheduler/refusal-count.ts';
import { DEFAULT_POLICY, type SchedulingPolicy } from '../../../scheduler/scheduling-policy.ts';
import { mix, seedOf } from '../../../scheduler/seeded-order.ts';
import type { Check } from '../../../scheduler/verdicts.ts';

interface ReferenceSnapshot {
  readonly hosts: readonly HostView[];
  readonly silentCells: ReadonlyMap<string, string>;
}

/**
 * The slow, obvious form of `schedule`: asks every filter about every host, weighs each host that passes, and sorts them all. It defines what a decision
 * is; `schedule` gives the same decisions.
 */
export function referenceSchedule(
  request: SchedulingRequest,
  { hosts, silentCells }: ReferenceSnapshot,
  policy: SchedulingPolicy = DEFAULT_POLICY,
): Decision {
  const refusals = new RefusalCount();
  const groups = { groupHasMembers: (id: string) => hosts.some((host) => host.membersOf(id) > 0) };
  const checks = policy.filters.flatMap((filter) => {
    const question = filter.question(request, groups);
    return question === null ? [] : [{ filter, question }];
  });
  const fitting: HostView[] = [];
  const asked: HostView[] = [];
  let considered = 0;
  for (const host of hosts) {
    if (silentCells.has(host.cell.id)) continue;
    if (request.onlyCellId !== null && host.cell.id !== request.onlyCellId) continue;
    considered += 1;
    asked.push(host);
    const refused = checks.find(({ question }) => question(host) !== null);
    if (refused === undefined) fitting.push(host);
    else refusals.add(refused.filter.name, refused.question(host) ?? '', host.cell.name);
  }
  return {
    instanceUuid: request.instanceUuid,
    candidates: pick(ranked(fitting, request, policy), request.alternates).map(candidateOf),
    refusals: refusals.list(),
    hostsConsidered: considered,
    hostsPassed: fitting.length,
    nearest: fitting.length > 0 ? [] : nearest(asked, checks, request),
    silentCells: [...silentCells.values()],
  };
}

/** The three hosts that the fewest filters refuse; of those the ones that lack the smallest share of the requested amounts. */
function nearest(hosts: readonly HostView[], checks: readonly Check[], { resources }: SchedulingRequest): NearMiss[] {
  return hosts
    .map((host) => {
      const refusing = checks.filter(({ question }) => question(host) !== null);
      const lacking = refusing.flatMap(({ filter: { capacity } }) => (capacity === undefined ? [] : [capacity.key]));
      const share = lacking.reduce((sum, key) => sum + tooFew(host, resources, key) / resources[key], 0);
      return { host, refusing, share };
    })
    .sort(
      (a, b) =>
        a.refusing.length - b.refusing.length ||
        a.share - b.share ||
        a.host.salt - b.host.salt ||
        (a.host.host.id < b.host.host.id ? -1 : 1),
    )
    .slice(0, 3)
    .map(({ host, refusing }) => ({
      cellName: host.cell.name,
      hostName: host.host.name,
      misses: refusing.map(({ filter: { name, capacity }, question }) => {
        if (capacity === undefined) return { filter: name, reason: question(host) ?? '' };
        const amount = tooFew(host, resources, capacity.key);
        return { filter: name, reason: capacity.lacks(amount), tooFew: amount };
      }),
    }));
}

/** What the request has more of than is free, or than one guest may have there. */
function tooFew({ host, capacity, used }: HostView, requested: Resources, key: keyof Resources): number {
  const physical = key === 'diskGb' ? capacity[key] : host.total[key] - host.reserved[key];
  return requested[key] - Math.min(capacity[key] - used[key], physical, capacity[key]);
}

function ranked(hosts: readonly HostView[], request: SchedulingRequest, policy: SchedulingPolicy): HostView[] {
  const weights = totalWeights(hosts, request, policy);
  const seed = seedOf(request.requestId + request.instanceUuid);
  return hosts
    .map((host, at) => ({ host, weight: weights[at] ?? 0, shuffled: mix(seed, host.salt) }))
    .sort((a, b) => b.weight - a.weight || a.shuffled - b.shuffled || (a.host.host.id < b.host.host.id ? -1 : 1))
    .map(({ host }) => host);
}

/**
 * The sum of all weighers for each host. The values of each weigher are scaled to 0…1 over the hosts that passed, then multiplied by its multiplier for the host. A
 * weigher that gives all hosts the same value changes nothing.
 */
function totalWeights(
  hosts: readonly HostView[],
  request: SchedulingRequest,
  { weighers, multipliers }: SchedulingPolicy,
): readonly number[] {
  const totals = hosts.map(() => 0);
  for (const weigher of weighers) {
    const multiplier = multipliers[weigher.name] ?? weigher.multiplier;
    const isOff = weigher.isOffAtZero === true && multiplier === 0;
    const weight = isOff ? null : weigher.weight(request);
    if (weight === null) continue;
    const values = hosts.map(weight);
    const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (max === min) continue;
    for (const [at, host] of hosts.entries()) {
      const factor = aggregateNumber(host, weigher.aggregateKey, multiplier) / (max - min);
      totals[at] = (totals[at] ?? 0) + ((values[at] ?? 0) - min) * factor;
    }
  }
  return totals;
}

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
  const turns = new Map<string, number>();
  return hosts
    .map((host) => {
      const turn = turns.get(host.cell.id) ?? 0;
      turns.set(host.cell.id, turn + 1);
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
