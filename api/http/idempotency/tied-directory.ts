import type { Directory } from '#platform/directory/directory.ts';
import { markCommit } from '#platform/directory/stores/idempotency-keys.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { currentWork } from './keyed-work.ts';

/**
 * The directory for the handlers of routes. A transaction on behalf of a request with an `Idempotency-Key` also notes on the key that it was
 * committed, and is not committed when another attempt has taken the key over. So a process that dies between work and answer leaves a key that
 * tells, and a stalled one does not double the work of its successor.
 */
export const tiedDirectory = (directory: Directory): Directory => ({
  ...directory,
  transaction: async (transact) => {
    const work = currentWork();
    if (work === undefined) return directory.transaction(transact);
    const result = await directory.transaction(async (tx) => {
      const done = await transact(tx);
      if (await markCommit(tx, work.use)) return done;
      throw new VolvoxError('conflict', 'Another request with this Idempotency-Key has taken over; this one ends.');
    });
    work.commits += 1;
    return result;
  },
});
