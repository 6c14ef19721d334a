import type { Candidate, Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { BestHosts } from './best-hosts.ts';
import { nearestMisses } from './near-misses.ts';
import { type PassingCell, PassingHosts } from './passing-hosts.ts';
import { DEFAULT_POLICY, type SchedulingPolicy } from './scheduling-policy.ts';
import { seedOf } from './seeded-order.ts';
import type { Snapshot } from './snapshot.ts';
import { VerdictMemory } from './verdicts.ts';

/**
 * Returns the candidates for a request, best first, or the counted reasons why no host fits. The same request and snapshot give the same decision, so
 * a decision can be replayed. A seed from the request shuffles hosts of equal weight.
 * @param memory what the filters said of earlier requests, by the same policy and of the same table.
 */
export function schedule(
  request: SchedulingRequest,
  snapshot: Snapshot,
  policy: SchedulingPolicy = DEFAULT_POLICY,
  memory: VerdictMemory = new VerdictMemory(),
): Decision {
  const { table, silentCells } = snapshot;
  const passing = new PassingHosts(request, snapshot, policy, memory);
  const best = new BestHosts(passing, snapshot, seedOf(request.requestId + request.instanceUuid));
  const candidateOf = (row: number): Candidate => {
    const { cell, host, zone } = table.view(row);
    return { cellId: cell.id, cellName: cell.name, hostId: host.id, hostName: host.name, zone };
  };
  const candidates = pick(passing, best, request.alternates, (row) => table.view(row).cell.id).map(candidateOf);
  return {
    instanceUuid: request.instanceUuid,
    candidates,
    refusals: passing.refusals.list(),
    hostsConsidered: passing.considered,
    hostsPassed: passing.passed,
    nearest: candidates.length > 0 ? [] : nearestMisses(request, table, passing),
    silentCells: [...silentCells.values()],
  };
}

/**
 * The rows of the best host, then of its alternates: first those of its own cell, which the cell tries without another decision, then the best of each
 * other cell in turn. Other cells get up to half of the alternates, so that the build survives the failure of a whole cell.
 */
function pick(
  { cells }: PassingHosts,
  best: BestHosts,
  alternates: number,
  cellIdOf: (row: number) => string,
): readonly number[] {
  const leaders = best.ofCells(1 + alternates);
  const [first] = leaders;
  const own = first === undefined ? undefined : cells.get(cellIdOf(first));
  if (first === undefined || own === undefined) return [];
  const others = [...cells.values()].filter((cell) => cell !== own);
  const elsewhere = others.reduce((sum, { hosts }) => sum + hosts, 0);
  const share = Math.max(Math.floor(alternates / 2), alternates - (own.hosts - 1));
  const fromElsewhere = Math.min(elsewhere, share);
  const here = best.ofCell(own, 1 + alternates - fromElsewhere).slice(1);
  const next = fromElsewhere <= others.length ? leaders.slice(1) : inTurn(others, best, fromElsewhere);
  return [first, ...here, ...next.slice(0, fromElsewhere)];
}

/** The best host of each cell, then the second of each, and so on, at least `count` together. */
function inTurn(cells: readonly PassingCell[], best: BestHosts, count: number): readonly number[] {
  const ranked = cells.map((cell) => best.ofCell(cell, Math.min(cell.hosts, count)));
  const turns: number[] = [];
  for (let turn = 0; turns.length < count; turn++) {
    turns.push(...best.sorted(ranked.flatMap((rows) => rows[turn] ?? [])));
  }
  return turns;
}
