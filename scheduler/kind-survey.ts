import { type AmountCheck, DIFFER, judgeExtent, judgeRow } from './amount-checks.ts';
import { Extent } from './extent.ts';
import type { HostColumns } from './host-columns.ts';
import type { HostBucket, HostKind } from './host-kind.ts';

/** How the hosts of a kind answer the checks of amounts. */
export interface KindSurvey {
  /** Of the kind that was looked at. */
  readonly version: number;
  /** The extent of the hosts that pass. */
  readonly passing: Extent;
  /** How many pass. */
  passed: number;
  /** How many are refused, by what `judgeRow` says of them. */
  readonly refused: Int32Array;
}

/** Without the hosts that this decision asks one by one. Looks at hosts one by one only where those of a bucket differ. */
export function surveyKind(
  kind: HostKind,
  amounts: readonly AmountCheck[],
  columns: HostColumns,
  decision: number,
): KindSurvey {
  const refused = new Int32Array(amounts.length);
  const survey = { version: kind.version, passing: new Extent(), passed: 0, refused };
  const isMarked = kind.mark === decision;
  const outcome = isMarked ? DIFFER : judgeExtent(kind.extent(columns), amounts);
  if (outcome >= 0) refused[outcome] = kind.size;
  else if (outcome !== DIFFER) {
    survey.passed = kind.size;
    survey.passing.include(kind.extent(columns));
  } else for (const bucket of kind.buckets.values()) surveyBucket(survey, bucket, amounts, columns, decision);
  return survey;
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
    const { rows, size } = bucket;
    for (let slot = 0; slot < size; slot++) {
      const row = rows[slot] as number;
      if (columns.marks[row] === decision) continue;
      const one = judgeRow(columns, row, amounts);
      if (one >= 0) refused[one] = (refused[one] as number) + 1;
      else {
        survey.passed += 1;
        survey.passing.includeRow(columns, row);
      }
    }
  }
}
