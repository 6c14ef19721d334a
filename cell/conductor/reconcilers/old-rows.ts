import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { dropGoneMembers } from '../../database/stores/definitions/put-definitions.ts';
import { dropPasswords } from '../../database/stores/guest-passwords.ts';
import { dropEndedMovesIn } from '../../database/stores/moves-in.ts';
import { dropMovesOut } from '../../database/stores/moves-out.ts';
import { dropEndedOperations, dropInstances, dropUnusedGroupLocks } from '../../database/stores/old-rows.ts';
import { dropMigrations } from '../../database/stores/server-migrations.ts';
import type { ConductorParts } from '../parts.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_AT_ONCE = 500;

/**
 * A row is old if it is one of these: an instance that was deleted more than `keepDeletedDays` ago, with its operations (its action log);
 * an operation that ended so long ago and whose instance this cell does not know any more, and such a migration; a move that ended more than a day ago
 * (`keepDeletedDays` if a delete went with it); the lock of a server group that no claim names; a member that left its security group more
 * than an hour ago. Old rows are deleted in batches, until none is left.
 */
export const oldRowsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'old-rows',
  everyMs: 600_000,
  reconcile: async () => {
    const before = parts.clock.now() - parts.settings.keepDeletedDays * DAY_MS;
    const aDayAgo = parts.clock.now() - DAY_MS;
    const anHourAgo = parts.clock.now() - HOUR_MS;
    const movesOut = { before: aDayAgo, deletedBefore: Math.min(before, aDayAgo) };
    const { database } = parts;
    const dropped = {
      instances: await untilNone((limit) => dropInstances(database, before, limit)),
      operations: await untilNone((limit) => dropEndedOperations(database, before, limit)),
      movesOut: await untilNone((limit) => dropMovesOut(database.write, movesOut, limit)),
      movesIn: await untilNone((limit) => dropEndedMovesIn(database, aDayAgo, limit)),
      migrations: await untilNone((limit) => dropMigrations(database, before, limit)),
      passwords: await untilNone((limit) => dropPasswords(database, limit)),
      goneMembers: await untilNone((limit) => database.transaction((tx) => dropGoneMembers(tx, anHourAgo, limit))),
      groupLocks: await untilNone((limit) => dropUnusedGroupLocks(database, limit)),
    };
    if (Object.values(dropped).some((rows) => rows > 0)) parts.log.info(dropped, 'old rows deleted');
  },
});

/** Repeats `drop` until it finds fewer rows than its limit. @returns how many it found in all. */
async function untilNone(drop: (limit: number) => Promise<number>): Promise<number> {
  for (let all = 0; ; ) {
    const found = await drop(MAX_AT_ONCE);
    all += found;
    if (found < MAX_AT_ONCE) return all;
  }
}
