import type { Directory } from '#platform/directory/directory.ts';
import { removeExpiredConsoleTokens } from '#platform/directory/stores/console-tokens.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Clock } from '#platform/time/clock.ts';

const EVERY_MS = 300_000;
const AT_ONCE = 1_000;

/** A token that opens nothing any more, because its time is over, is removed. */
export const expiredConsoleTokens = (options: {
  readonly directory: Directory;
  readonly clock: Pick<Clock, 'now'>;
}): Reconciler => ({
  name: 'expired console tokens',
  everyMs: EVERY_MS,
  reconcile: async () => {
    const { directory, clock } = options;
    while ((await removeExpiredConsoleTokens(directory, clock.now(), AT_ONCE)) === AT_ONCE);
  },
});
