import { setImmediate } from 'node:timers/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** How long a simulation works without letting decisions pass, ms. */
const SLICE_MS = 2;

/** Lets the work of the process pass when the slice is over. @throws VolvoxError deadline-exceeded when the caller waits no longer. */
export type Pace = () => Promise<void>;

export function paceOf(signal: AbortSignal): Pace {
  let until = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < until) return;
    await setImmediate();
    if (signal.aborted) throw new VolvoxError('deadline-exceeded', 'The simulation took too long.');
    until = performance.now() + SLICE_MS;
  };
}
