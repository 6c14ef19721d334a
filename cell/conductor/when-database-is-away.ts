import { isLostConnection, isRefusedValue, isRetriable } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

type Handler = (request: never, context: never) => Promise<unknown>;

/**
 * Says `unavailable` where a handler could not reach the database or was the victim of a deadlock: the caller may ask again. Whether a
 * change was committed is unknown then, which is why every call that changes something may be repeated. Says `invalid` where the database
 * refuses a value of the request: nothing was written, and the same question has the same answer.
 */
export function unavailableWithoutDatabase<H extends object>(handlers: H): H {
  const guarded = Object.entries(handlers as Record<string, Handler>).map(([name, handler]) => [
    name,
    (request: never, context: never) =>
      handler(request, context).catch((error: unknown) => {
        if (isRefusedValue(error)) {
          throw new VolvoxError('invalid', "The cell's database does not take a value of this request.", {
            cause: error,
          });
        }
        if (!isLostConnection(error) && !isRetriable(error)) throw error;
        throw new VolvoxError('unavailable', "The cell's database does not answer.", { cause: error });
      }),
  ]);
  return Object.fromEntries(guarded) as H;
}
