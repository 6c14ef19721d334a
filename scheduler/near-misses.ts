import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Miss, NearMiss } from '#platform/objects/decision-record.ts';
import { AmountMisses } from './amount-misses.ts';
import { largestGuest } from './filters/capacity.ts';
import type { HostKind } from './host-kind.ts';
import type { HostView } from './host-view.ts';
import { NearestHosts } from './nearest-hosts.ts';
import type { PassingHosts } from './passing-hosts.ts';
import type { Snapshot } from './snapshot.ts';
import type { Check } from './verdicts.ts';

/** How many near misses a decision names. */
const MAX_NAMED = 3;

/**
 * The refused hosts that miss least, nearest first. For a decision that no host passed, before the next one. Hosts are looked at only in kinds and
 * buckets that may have one of them.
 */
export function nearestMisses(request: SchedulingRequest, table: Snapshot['table'], passing: PassingHosts): NearMiss[] {
  const nearest = new NearestHosts(table, MAX_NAMED);
  const missesAt = (row: number): readonly Miss[] => missesOf(request, passing.checks, table.view(row));
  for (const row of passing.refusedRows) {
    const misses = missesAt(row);
    nearest.offer(row, misses.length, shareMissing(request, passing.checks, misses));
  }
  const { verdicts } = passing;
  if (verdicts !== null) {
    const kinds = [...table.kinds].filter((kind) => passing.isConsidered(kind));
    const byMisses = kinds.map((kind) => ({ kind, ...verdicts.missesOn(kind) }));
    byMisses.sort((a, b) => a.refusing - b.refusing);
    for (const { kind, refusing, amounts } of byMisses) {
      if (!nearest.mayTake(refusing, 0)) break;
      offerHosts(kind, new AmountMisses(refusing, amounts), table, passing.decision, nearest);
    }
  }
  return nearest.rows.map((row) => {
    const { cell, host } = table.view(row);
    return { cellName: cell.name, hostName: host.name, misses: [...missesAt(row)] };
  });
}

/** Offers the hosts of a kind that were not asked one by one, bucket by bucket. */
function offerHosts(
  kind: HostKind,
  amountMisses: AmountMisses,
  { columns }: Snapshot['table'],
  decision: number,
  nearest: NearestHosts,
): void {
  const { amounts, marks } = columns;
  const buckets = [...kind.buckets.values()].map((bucket) => {
    amountMisses.ofExtent(bucket.extent(columns));
    const { misses, share } = amountMisses;
    return { bucket, misses, share, isUniform: amountMisses.isUniform(bucket.extent(columns)) };
  });
  buckets.sort((a, b) => a.misses - b.misses || a.share - b.share);
  for (const { bucket, misses, share, isUniform } of buckets) {
    if (!nearest.mayTake(misses, share)) return;
    const { rows, size } = bucket;
    for (let slot = 0; slot < size; slot++) {
      const row = rows[slot] as number;
      if (marks[row] === decision) continue;
      if (isUniform) nearest.offer(row, misses, share);
      else {
        amountMisses.ofRow(amounts, row);
        nearest.offer(row, amountMisses.misses, amountMisses.share);
      }
    }
  }
}

/** Everything because of which a host does not fit, in the sort order of the filters. */
function missesOf({ resources }: SchedulingRequest, checks: readonly Check[], view: HostView): readonly Miss[] {
  return checks.flatMap(({ filter: { name, capacity }, question }): Miss[] => {
    const reason = question(view);
    if (reason === null) return [];
    if (capacity === undefined) return [{ filter: name, reason }];
    const { key, lacks } = capacity;
    const most = Math.min(view.capacity[key] - view.used[key], largestGuest(view.host, view.capacity)[key]);
    const tooFew = resources[key] - most;
    return [{ filter: name, reason: lacks(tooFew), tooFew }];
  });
}

/** The shares of the requested amounts that are missing, summed up. */
function shareMissing({ resources }: SchedulingRequest, checks: readonly Check[], misses: readonly Miss[]): number {
  let share = 0;
  for (const { filter, tooFew } of misses) {
    const key = checks.find((check) => check.filter.name === filter)?.filter.capacity?.key;
    if (key !== undefined && tooFew !== undefined) share += tooFew / resources[key];
  }
  return share;
}
