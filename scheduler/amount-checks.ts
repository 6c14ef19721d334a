import type { Extent } from './extent.ts';
import { AMOUNTS, GUEST, type HostColumns } from './host-columns.ts';

/** A check of amounts, which hosts of one kind may answer differently. */
export interface AmountCheck {
  readonly filter: string;
  /** The position of the resource (`RESOURCE_KEYS`). */
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
export function judgeRow({ amounts }: HostColumns, row: number, checks: readonly AmountCheck[]): number {
  const from = row * AMOUNTS;
  for (let position = 0; position < checks.length; position++) {
    const { at, requested } = checks[position] as AmountCheck;
    if (requested > (amounts[from + GUEST + at] as number)) return position * 2;
    if (requested > (amounts[from + at] as number)) return position * 2 + 1;
  }
  return PASS;
}
