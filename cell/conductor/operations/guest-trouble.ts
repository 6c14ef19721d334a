import { fromJson } from '#platform/database/json-column.ts';
import type { ObservedGuest } from '#platform/objects/guest.ts';

/** After so many failed tries in a row the operation counts the agent's work as failed. */
const MAX_ERRORS = 3;

/** The error of an agent that has failed for good; null while the agent may still succeed. */
export function troubleOf(row: { readonly error: string | null; readonly errors: number }): string | null {
  if (row.error === null) return null;
  const error = fromJson<NonNullable<ObservedGuest['error']>>(row.error);
  return error.permanent || row.errors >= MAX_ERRORS ? error.message : null;
}
