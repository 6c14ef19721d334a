import type { OperationRow } from '#platform/operations/store.ts';
import { moveTimes } from './move-times.ts';
import { paramsOfMove } from './params-of-move.ts';

export interface ExpectedTime {
  readonly seconds: number;
  /** The basis of the estimate, as a sentence. */
  readonly basis: string;
}

/** The number of successful moves that the estimate uses. */
export const PAST_MOVES = 20;
/** A smaller disk transfer says nothing about the transfer rate. */
const MIN_BYTES = 8 * 2 ** 20;
const ASSUMED_BYTES_PER_SECOND = 100e6;
const ASSUMED_REST_SECONDS = 20;

/** Estimates the duration of a move of this many bytes from the latest moves. Pure. */
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
  const from =
    ended.length === 0 ? 'assumed, because no recent move exists' : `from the latest moves (${ended.length})`;
  return {
    seconds: Math.ceil(bytes / rate + rest),
    basis: `${from}: ${(rate / 1e6).toFixed(0)} MB of disk per second, plus ${Math.ceil(rest)} s for the other steps`,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
