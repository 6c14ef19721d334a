import type { Transaction } from 'kysely';
import type { Database, Writer } from '../database/database.ts';
import { insertOnce } from '../database/insert-once.ts';
import { toJson } from '../database/json-column.ts';
import { operationFromTable, operationToTable, progressToTable } from './operation-rows.ts';
import { claimTogether } from './sql-claims.ts';
import type { OperationStore } from './store.ts';
import type { WithOperations } from './tables.ts';

/** Operations in SQL. `db` may hold other tables too: every statement here names only `operations`. */
export function createSqlOperationStore<T extends WithOperations>(
  db: Pick<Database<T>, 'read' | 'write' | 'transaction'>,
): OperationStore<Transaction<T>> {
  const { read, write } = db as unknown as Pick<Database<WithOperations>, 'read' | 'write'>;
  const within = (tx: Transaction<T> | undefined) => (tx as unknown as Writer<WithOperations> | undefined) ?? write;

  return {
    transaction: (work) => db.transaction(work),

    insert: (tx, row) => insertOnce(within(tx).insertInto('operations').values(operationToTable(row))),

    async insertAll(tx, rows) {
      await within(tx).insertInto('operations').values(rows.map(operationToTable)).execute();
    },

    async get(id) {
      const row = await read.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : operationFromTable(row);
    },

    async list(filter) {
      let query = read.selectFrom('operations').selectAll();
      if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
      if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (filter.overdueAt !== undefined)
        query = query.where('finished_at', 'is', null).where('deadline_at', '<', filter.overdueAt);
      const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(filter.limit).execute();
      return rows.map(operationFromTable);
    },

    claim: claimTogether(read, write),

    async extend(id, token, expiresAt) {
      const { numUpdatedRows } = await write
        .updateTable('operations')
        .set({ lease_expires_at: expiresAt })
        .where('id', '=', id)
        .where('lease_token', '=', token)
        .where('lease_expires_at', '>', 0)
        .where('finished_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async save(from, progress, options = {}) {
      let query = within(options.tx)
        .updateTable('operations')
        .set(progressToTable(progress))
        .where('id', '=', from.id)
        .where('lease_token', '=', from.leaseToken)
        .where('state', '=', from.state)
        .where('step_index', '=', from.stepIndex)
        .where('attempt', '=', from.attempt);
      if (options.signals !== undefined) query = query.where('signals', '=', options.signals);
      const { numUpdatedRows } = await query.executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async resolve(from, resolved) {
      const { numUpdatedRows } = await write
        .updateTable('operations')
        .set((eb) => ({
          state: resolved.state,
          attempt: resolved.attempt,
          history: toJson(resolved.history),
          message: resolved.message,
          wake_at: resolved.wakeAt,
          deadline_at: resolved.deadlineAt,
          updated_at: resolved.updatedAt,
          lease_owner: null,
          lease_token: eb('lease_token', '+', 1),
          lease_expires_at: 0,
        }))
        .where('id', '=', from.id)
        .where('lease_token', '=', from.leaseToken)
        .where('state', '=', from.state)
        .where('step_index', '=', from.stepIndex)
        .where('attempt', '=', from.attempt)
        .where('finished_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async signal(id) {
      await write
        .updateTable('operations')
        .set((eb) => ({ signals: eb('signals', '+', 1), wake_at: 0 }))
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .execute();
    },

    async countOverdue(now) {
      const rows = await read
        .selectFrom('operations')
        .select(['kind', 'state', (eb) => eb.fn.countAll().as('count')])
        .where('finished_at', 'is', null)
        .where('deadline_at', '<', now)
        .groupBy(['kind', 'state'])
        .execute();
      return rows.map(({ kind, state, count }) => ({ kind, state, count: Number(count) }));
    },

    async due(now, limit) {
      const rows = await read
        .selectFrom('operations')
        .select('id')
        .where('finished_at', 'is', null)
        .where('wake_at', '<=', now)
        .where('lease_expires_at', '<=', now)
        .orderBy('wake_at')
        .limit(limit)
        .execute();
      return rows.map((row) => row.id);
    },
  };
}
