import { fromJson } from '#platform/database/json-column.ts';
import type { GuestFound } from '#platform/objects/guest.ts';

/** So many failed tries of an agent in a row are a failure. */
const MOST_ERRORS = 3;

/** Why waiting for an agent is pointless, by what it reported; null while there is hope. */
export function troubleOf(row: { readonly error: string | null; readonly errors: number }): string | null {
  if (row.error === null) return null;
  const error = fromJson<NonNullable<GuestFound['error']>>(row.error);
  return error.permanent || row.errors >= MOST_ERRORS ? error.message : null;
}
