import { fromJson } from '#platform/database/json-column.ts';
import type { ObservedGuest } from '#platform/objects/guest.ts';

/** So many failed tries of an agent in a row are a failure. */
const MAX_ERRORS = 3;

/** Why waiting for an agent is pointless, by what it reported; null while there is hope. */
export function troubleOf(row: { readonly error: string | null; readonly errors: number }): string | null {
  if (row.error === null) return null;
  const error = fromJson<NonNullable<ObservedGuest['error']>>(row.error);
  return error.permanent || row.errors >= MAX_ERRORS ? error.message : null;
}
