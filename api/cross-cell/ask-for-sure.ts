import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { outcomeOf } from '#platform/rpc/outcome.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

/** How often a request is asked in all, and the pause before it is asked again, in ms. */
const MAX_TRIES = 4;
const PAUSE_MS = 400;

/**
 * Asks a door for a change that may be repeated, and asks again when the outcome of the request is unknown: the connection broke, and the
 * conductor that comes back, or another one, knows whether the change was made.
 * @throws what the door refused; a silence with `details.outcome`, `unknown` when any of the requests may have been carried out.
 */
export async function askForSure<A>(ask: () => Promise<A>, clock: Pick<Clock, 'sleep'> = systemClock): Promise<A> {
  let isUnknown = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const outcome = outcomeOf(error);
      isUnknown ||= outcome === 'unknown';
      if (outcome === null || !isUnknown || !isVolvoxError(error)) throw error;
      if (attempt === MAX_TRIES) {
        throw new VolvoxError(error.kind, error.message, { cause: error, details: { outcome: 'unknown' } });
      }
      await clock.sleep(PAUSE_MS);
    }
  }
}
