import { type AmountCheck, DIFFER, judgeExtent, judgeRow } from './amount-checks.ts';
import { Extent } from './extent.ts';
import type { HostColumns } from './host-columns.ts';
import type { HostBucket, HostKind } from './host-kind.ts';

/** How the hosts of a kind answer the checks of amounts. */
export interface KindSurvey {
  /** Of the kind that was looked at. */
  version: number;
  /** The extent of the hosts that pass. */
  readonly passing: Extent;
  /** How many pass. */
  passed: number;
  /** How many are refused, by what `judgeRow` says of them. */
  readonly refused: Int32Array;
  /** Of the buckets whose hosts differ. */
  readonly buckets: Map<HostBucket, BucketSurvey>;
}

interface BucketSurvey {
  /** Of the bucket that was looked at. */
  version: number;
  readonly passing: Extent;
  passed: number;
  readonly refused: Int32Array;
}

export const newSurvey = (amounts: readonly AmountCheck[]): KindSurvey => ({
  ...{ version: -1, passing: new Extent(), passed: 0 },
  refused: new Int32Array(amounts.length),
  buckets: new Map(),
});

/**
 * Surveys a kind without the hosts that this decision asks one by one. Looks at hosts one by one only where those of a bucket differ.
 * `survey` may be an earlier one by the same checks; it gets what is kept.
 */
export function surveyKind(
  survey: KindSurvey,
  kind: HostKind,
  amounts: readonly AmountCheck[],
  columns: HostColumns,
  decision: number,
): void {
  const { refused } = survey;
  refused.fill(0);
  survey.passing.clear();
  survey.passed = 0;
  survey.version = kind.version;
  const isMarked = kind.mark === decision;
  const outcome = isMarked ? DIFFER : judgeExtent(kind.extent(columns), amounts);
  if (outcome >= 0) refused[outcome] = kind.size;
  else if (outcome !== DIFFER) {
    survey.passed = kind.size;
    survey.passing.include(kind.extent(columns));
  } else for (const bucket of kind.buckets.values()) surveyBucket(survey, bucket, amounts, columns, decision);
}

function surveyBucket(
  survey: KindSurvey,
  bucket: HostBucket,
  amounts: readonly AmountCheck[],
  columns: HostColumns,
  decision: number,
): void {
  const { refused } = survey;
  const outcome = bucket.mark === decision ? DIFFER : judgeExtent(bucket.extent(columns), amounts);
  if (outcome >= 0) refused[outcome] = (refused[outcome] as number) + bucket.size;
  else if (outcome !== DIFFER) {
    survey.passed += bucket.size;
    survey.passing.include(bucket.extent(columns));
  } else {
    const differing = surveyDiffering(survey, bucket, amounts, columns, decision);
    survey.passed += differing.passed;
    survey.passing.include(differing.passing);
    for (let at = 0; at < refused.length; at++)
      refused[at] = (refused[at] as number) + (differing.refused[at] as number);
  }
}

/** What was kept the last time, unless the bucket has changed. */
function surveyDiffering(
  { buckets, refused: { length } }: KindSurvey,
  bucket: HostBucket,
  amounts: readonly AmountCheck[],
  columns: HostColumns,
  decision: number,
): BucketSurvey {
  let kept = buckets.get(bucket);
  if (kept === undefined) {
    // Buckets that are gone are left behind.
    if (buckets.size > 2 * bucket.kind.buckets.size) buckets.clear();
    kept = { version: -1, passing: new Extent(), passed: 0, refused: new Int32Array(length) };
    buckets.set(bucket, kept);
  }
  if (kept.version === bucket.version) return kept;
  kept.version = bucket.version;
  kept.passing.clear();
  kept.passed = 0;
  kept.refused.fill(0);
  const { rows, size } = bucket;
  for (let slot = 0; slot < size; slot++) {
    const row = rows[slot] as number;
    if (columns.marks[row] === decision) continue;
    const one = judgeRow(columns, row, amounts);
    if (one >= 0) kept.refused[one] = (kept.refused[one] as number) + 1;
    else {
      kept.passed += 1;
      kept.passing.includeRow(columns, row);
    }
  }
  return kept;
}
