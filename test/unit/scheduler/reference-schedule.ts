import type { Candidate, Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { aggregateNumber } from '../../../scheduler/aggregate-number.ts';
import type { HostView } from '../../../scheduler/host-view.ts';
import { RefusalCount } from '../../../scheduler/refusal-count.ts';
import { DEFAULT_POLICY, type SchedulingPolicy } from '../../../scheduler/scheduling-policy.ts';
import { mix, seedOf } from '../../../scheduler/seeded-order.ts';

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
  let considered = 0;
  for (const host of hosts) {
    if (silentCells.has(host.cell.id)) continue;
    if (request.onlyCellId !== null && host.cell.id !== request.onlyCellId) continue;
    considered += 1;
    const refused = checks.find(({ question }) => question(host) !== null);
    if (refused === undefined) fitting.push(host);
    else refusals.add(refused.filter.name, refused.question(host) ?? '', host.cell.name);
  }
  return {
    instanceUuid: request.instanceUuid,
    candidates: pick(ranked(fitting, request, policy), request.alternates).map(candidateOf),
    refusals: refusals.list(),
    hostsConsidered: considered,
    silentCells: [...silentCells.values()],
  };
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
    const weight = weigher.weight(request);
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
