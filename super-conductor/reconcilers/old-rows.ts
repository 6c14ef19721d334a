import { purgeKeys } from '#platform/directory/stores/idempotency-keys.ts';
import type { GlobalDeps } from '../deps.ts';
import type { Reconciler } from './reconciler.ts';

const MOST_AT_ONCE = 1_000;
const OPERATIONS_KEPT_MS = 30 * 24 * 3_600_000;

/** A row is old if nobody can ask for it any more: an idempotency key after a day, an ended operation after a month. */
export const oldRows = ({ directory, clock }: GlobalDeps): Reconciler => ({
  name: 'old rows',
  everyMs: 60_000,
  reconcile: async () => {
    await purgeKeys(directory, clock.now(), MOST_AT_ONCE);
    await directory.transaction((tx) =>
      tx
        .deleteFrom('operations')
        .where('finished_at', '<', clock.now() - OPERATIONS_KEPT_MS)
        .limit(MOST_AT_ONCE)
        .execute(),
    );
  },
});
