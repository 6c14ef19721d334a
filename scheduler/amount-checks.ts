import type { Extent } from './extent.ts';
import { AMOUNTS, type HostColumns } from './host-columns.ts';

/** A check of one amount, which hosts of one kind may answer differently. A host passes with an amount from `min` to `max`. */
export interface AmountCheck {
  readonly filter: string;
  /** The position of the amount in the row. */
  readonly at: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

/** What a list of checks says of hosts: all pass, or they differ. Any other number is the position of the first check that refuses. */
export const PASS = -1;
export const DIFFER = -2;

/** Of all hosts within this extent. `DIFFER` where the extent alone does not tell. */
export function judgeExtent(extent: Extent, checks: readonly AmountCheck[]): number {
  for (let position = 0; position < checks.length; position++) {
    const { at, min, max } = checks[position] as AmountCheck;
    const [smallest, greatest] = [extent.min(at), extent.max(at)];
    if (greatest < min || smallest > max) return position;
    if (smallest < min || greatest > max) return DIFFER;
  }
  return PASS;
}

/** Of the host of one row. */
export const judgeRow = ({ amounts }: HostColumns, row: number, checks: readonly AmountCheck[]): number =>
  judgeAmounts(amounts, row * AMOUNTS, checks);

/** Of a host whose amounts begin there. */
export function judgeAmounts(amounts: Float64Array, from: number, checks: readonly AmountCheck[]): number {
  for (let position = 0; position < checks.length; position++) {
    const { at, min, max } = checks[position] as AmountCheck;
    const amount = amounts[from + at] as number;
    if (amount < min || amount > max) return position;
  }
  return PASS;
}
