import { Batcher } from '../batching/batcher.ts';
import { isVolvoxError } from '../errors/volvox-error.ts';
import type { Database, Tx } from './database.ts';

/** So many rows stay locked until the last of a transaction is done. */
const MAX_TOGETHER = 20;
const MAX_IN_PROGRESS = 2;

type Work<T> = (tx: Tx<T>) => Promise<unknown>;

/**
 * Transactions of a few statements each. Those that come at the same time are one, in which they run one after the other; one that comes alone
 * begins at once. When one of them fails, all are rolled back, and each runs again alone: so each fails for its own reasons only, and, as with any
 * transaction, may run more than once.
 */
export function transactionsTogether<T>(database: Pick<Database<T>, 'transaction'>): Database<T>['transaction'] {
  const alone = (work: Work<T>): Promise<unknown> => database.transaction(work);
  const batcher = new Batcher<Work<T>, PromiseSettledResult<unknown>>({
    maxBatchSize: MAX_TOGETHER,
    maxInProgress: MAX_IN_PROGRESS,
    send: async (works) => {
      if (works.length === 1) return Promise.allSettled(works.map(alone));
      try {
        const values = await database.transaction(async (tx) => {
          const done: unknown[] = [];
          for (const work of works) done.push(await work(tx));
          return done;
        });
        return values.map((value) => ({ status: 'fulfilled', value }));
      } catch (error) {
        // Whether it was committed is not known.
        if (isVolvoxError(error, 'unavailable')) throw error;
        return Promise.allSettled(works.map(alone));
      }
    },
  });
  return async <R>(work: (tx: Tx<T>) => Promise<R>): Promise<R> => {
    const settled = await batcher.ask('', work);
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value as R;
  };
}
