import { isLostConnection, isRefusedValue, isRetriable } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

type Handler = (request: never, context: never) => Promise<unknown>;

/**
 * Turns errors of the database into answers. `unavailable`: the handler could not reach the database or was the victim of a deadlock. The
 * change may have been committed all the same, so the caller repeats the call, and every call that changes something may be repeated.
 * `invalid`: the database refuses a value of the request. Nothing was written, and a repeated call fails in the same way.
 */
export function unavailableWithoutDatabase<H extends object>(handlers: H): H {
  const guarded = Object.entries(handlers as Record<string, Handler>).map(([name, handler]) => [
    name,
    (request: never, context: never) =>
      handler(request, context).catch((error: unknown) => {
        if (isRefusedValue(error)) {
          throw new VolvoxError('invalid', "The cell's database refuses a value of this request.", {
            cause: error,
          });
        }
        if (!isLostConnection(error) && !isRetriable(error)) throw error;
        throw new VolvoxError('unavailable', "The cell's database does not answer.", { cause: error });
      }),
  ]);
  return Object.fromEntries(guarded) as H;
}
