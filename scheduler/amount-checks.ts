import type { Extent } from './extent.ts';
import type { HostColumns } from './host-columns.ts';

/** A check of amounts, which hosts of one kind may answer differently. */
export interface AmountCheck {
  readonly filter: string;
  /** The column. */
  readonly at: number;
  readonly requested: number;
  readonly tooLarge: string;
  readonly tooFull: string;
}

/**
 * What a list of checks says of hosts: all pass, or they differ. Any other number is the first check that refuses, and why: 2 × its position, and 1
 * more if the host is too full.
 */
export const PASS = -1;
export const DIFFER = -2;

/** Of all hosts within this extent. `DIFFER` where the extent alone does not tell. */
export function judgeExtent(extent: Extent, checks: readonly AmountCheck[]): number {
  for (let position = 0; position < checks.length; position++) {
    const { at, requested } = checks[position] as AmountCheck;
    if (requested > extent.maxGuest(at)) return position * 2;
    if (requested > extent.minGuest(at)) return DIFFER;
    if (requested > extent.maxFree(at)) return position * 2 + 1;
    if (requested > extent.minFree(at)) return DIFFER;
  }
  return PASS;
}

/** Of the host of one row. */
export function judgeRow({ free, guest }: HostColumns, row: number, checks: readonly AmountCheck[]): number {
  for (let position = 0; position < checks.length; position++) {
    const { at, requested } = checks[position] as AmountCheck;
    if (requested > (guest[at]?.[row] as number)) return position * 2;
    if (requested > (free[at]?.[row] as number)) return position * 2 + 1;
  }
  return PASS;
}
