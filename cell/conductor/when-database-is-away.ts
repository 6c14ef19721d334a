import { isLostConnection, isRefusedValue, isRetriable } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

type Handler = (request: never, context: never) => Promise<unknown>;

/**
 * The answer for an error of the database. `unavailable`: the database could not be reached, or the statement was the victim of a deadlock. The
 * change may have been committed all the same, so the caller repeats the call, and every call that changes something may be repeated.
 * `invalid`: the database refuses a value of the request. Nothing was written, and a repeated call fails in the same way. Every other
 * error stays as it is.
 */
export function databaseErrors(error: unknown): unknown {
  if (isRefusedValue(error)) {
    return new VolvoxError('invalid', "The cell's database refuses a value of this request.", { cause: error });
  }
  if (!isLostConnection(error) && !isRetriable(error)) return error;
  return new VolvoxError('unavailable', "The cell's database does not answer.", { cause: error });
}

/** Turns errors of the database into answers. */
export function unavailableWithoutDatabase<H extends object>(handlers: H): H {
  const guarded = Object.entries(handlers as Record<string, Handler>).map(([name, handler]) => [
    name,
    (request: never, context: never) =>
      handler(request, context).catch((error: unknown) => {
        throw databaseErrors(error);
      }),
  ]);
  return Object.fromEntries(guarded) as H;
}
