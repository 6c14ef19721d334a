import type { Clock } from '../time/clock.ts';
import { OVER } from '../time/over.ts';

/**
 * The result of `work`, if it comes within `ms` of the clock and before `signal` aborts. What is given up goes on unseen; its late
 * rejection is ignored. `pausedMs` says how much longer it may take: for how long it was paused since it was last asked.
 * @throws an Error that names the limit, or the signal's reason.
 */
export async function withTimeout<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  pausedMs: () => number = () => 0,
): Promise<T> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const late = async (): Promise<never> => {
    for (let left = ms; left > 0 && !ended.aborted; left = pausedMs()) await clock.sleep(left, ended);
    if (signal.aborted) throw signal.reason;
    throw new Error(`took longer than ${ms} ms`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    over.abort(OVER);
  }
}
