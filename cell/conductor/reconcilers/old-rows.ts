import { moment } from '../../database/moment.ts';
import type { ConductorParts } from '../parts.ts';
import type { Reconciler } from './periodically.ts';

const DAY_MS = 86_400_000;
const MOST_AT_ONCE = 500;

/**
 * A row is old if it is of an instance that was deleted longer than `keepDeletedDays` ago (the instance and its operations, which
 * are its action log). Old rows are dropped, some at a time.
 */
export const oldRowsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'old-rows',
  everyMs: 600_000,
  reconcile: async () => {
    const { read } = parts.database;
    const before = parts.clock.now() - parts.settings.keepDeletedDays * DAY_MS;
    for (;;) {
      const rows = await read
        .selectFrom('instances')
        .select('uuid')
        .where('deleted_at', '<', moment(before))
        .limit(MOST_AT_ONCE)
        .execute();
      if (rows.length === 0) return;
      const uuids = rows.map((row) => row.uuid);
      await parts.database.transaction(async (tx) => {
        await tx.deleteFrom('operations').where('subject', 'in', uuids).where('finished_at', 'is not', null).execute();
        await tx.deleteFrom('instances').where('uuid', 'in', uuids).where('deleted_at', 'is not', null).execute();
      });
      parts.log.info({ instances: uuids.length }, 'dropped what was deleted long ago');
    }
  },
});
