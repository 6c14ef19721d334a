import type { Clock } from '#platform/time/clock.ts';
import type { GuestRecord } from './guest-records.ts';

const CRASH_WINDOW_MS = 60_000;

/** When a guest was started after a crash, ms since the epoch, as far as it still counts. */
export function recentCrashStarts({ crashStartsMs }: GuestRecord, clock: Clock): readonly number[] {
  const now = clock.now();
  return crashStartsMs.filter((ms) => now - ms < CRASH_WINDOW_MS);
}
