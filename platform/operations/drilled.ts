import type { Clock } from '../time/clock.ts';
import type { Drill, DrillPoint } from './drill.ts';

export interface Drilled {
  /** Resolves when the drill lets the operation go on; rejects with the signal's reason when that aborts first. */
  pass(at: DrillPoint['at']): Promise<void>;
  /** For how long the step was paused since this was last asked, ms. */
  pausedMs(): number;
}

const UNDRILLED: Drilled = { pass: () => Promise.resolve(), pausedMs: () => 0 };

/** One look at a step, as the drill sees it. */
export function drilled(
  drill: Drill | undefined,
  place: Omit<DrillPoint, 'at'>,
  clock: Clock,
  signal: AbortSignal,
): Drilled {
  if (drill === undefined) return UNDRILLED;
  let since: number | null = null;
  let ms = 0;
  const count = () => {
    if (since !== null) ms += clock.now() - since;
    since = since === null ? null : clock.now();
  };
  return {
    pass: async (at) => {
      since = clock.now();
      await Promise.race([drill({ ...place, at }), aborted(signal)]);
      count();
      since = null;
    },
    pausedMs: () => {
      count();
      const paused = ms;
      ms = 0;
      return paused;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
