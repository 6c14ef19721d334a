import type { OperationRow } from '#platform/operations/store.ts';
import { moveTimes } from './move-times.ts';
import { paramsOfMove } from './params-of-move.ts';

export interface ExpectedTime {
  readonly seconds: number;
  /** What it is reckoned from, as a sentence. */
  readonly basis: string;
}

/** How many moves that ended well are looked at. */
export const PAST_MOVES = 20;
/** Below so many bytes a copy says nothing about how fast disks are transferred. */
const MIN_BYTES = 8 * 2 ** 20;
const ASSUMED_BYTES_PER_SECOND = 100e6;
const ASSUMED_REST_SECONDS = 20;

/** How long a move of so many bytes will take, from what the last ones took. Pure. */
export function expectedTime(bytes: number, past: readonly OperationRow[]): ExpectedTime {
  const ended = past.flatMap((row) => {
    const { transferMs, totalMs } = moveTimes(row);
    return transferMs === null || totalMs === null
      ? []
      : [{ bytes: paramsOfMove(row).bytes ?? 0, transferMs, totalMs }];
  });
  const transfers = ended.filter((one) => one.bytes >= MIN_BYTES);
  const transferred = sum(transfers.map((one) => one.bytes)) / (sum(transfers.map((one) => one.transferMs)) / 1_000);
  const rate = transfers.length > 0 && Number.isFinite(transferred) ? transferred : ASSUMED_BYTES_PER_SECOND;
  const rest = median(ended.map(({ totalMs, transferMs }) => (totalMs - transferMs) / 1_000)) ?? ASSUMED_REST_SECONDS;
  const from = ended.length === 0 ? 'assumed, as none was made lately' : `from the last ${ended.length} made`;
  return {
    seconds: Math.ceil(bytes / rate + rest),
    basis: `${from}: ${(rate / 1e6).toFixed(0)} MB of disk a second, and ${Math.ceil(rest)} s for the rest`,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
