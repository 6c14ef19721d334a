import { purgeDeletedHomes } from '#platform/directory/stores/homes/deleting.ts';
import { purgeKeys } from '#platform/directory/stores/idempotency-keys.ts';
import { purgeOperations } from '#platform/directory/stores/operations.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

const DAY_MS = 24 * 3_600_000;
const OPERATIONS_KEPT_MS = 30 * DAY_MS;

interface OldRowsSettings {
  readonly keepDeletedDays: number;
  /** How many rows go in one statement. */
  readonly mostAtOnce?: number;
}

/**
 * A row is old if nobody can ask for it any more: an idempotency key after a day, an ended operation after a month, the home of a
 * deleted server after `keepDeletedDays`. Old rows are dropped in batches, until none is left.
 */
export function oldRows(
  { directory, clock }: Pick<GlobalDeps, 'directory' | 'clock'>,
  { keepDeletedDays, mostAtOnce = 1_000 }: OldRowsSettings,
): Reconciler {
  const purges = [
    () => purgeKeys(directory, clock.now(), mostAtOnce),
    () => purgeOperations(directory.write, clock.now() - OPERATIONS_KEPT_MS, mostAtOnce),
    () => purgeDeletedHomes(directory, clock.now() - keepDeletedDays * DAY_MS, mostAtOnce),
  ];
  return {
    name: 'old rows',
    everyMs: 60_000,
    reconcile: async (stopping) => {
      for (const purge of purges) {
        let gone = mostAtOnce;
        while (gone === mostAtOnce && stopping?.aborted !== true) gone = await purge();
      }
    },
  };
}
