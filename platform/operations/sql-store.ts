import { sql, type Transaction } from 'kysely';
import type { Database, Writer } from '../database/database.ts';
import { insertOnce } from '../database/insert-once.ts';
import { toJson } from '../database/json-column.ts';
import { transactionsTogether } from '../database/transactions-together.ts';
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

  const together = transactionsTogether(db);

  return {
    transaction: (work, { shared = false } = {}) => (shared ? together(work) : db.transaction(work)),

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

    async saveEnds(tx, ends) {
      const rows = ends.map(
        (row) => sql`SELECT ${row.id} AS id, ${row.state} AS state, ${row.stepIndex} AS step_index,
          ${row.attempt} AS attempt, ${toJson(row.outputs)} AS outputs, ${toJson(row.history)} AS history,
          ${row.message} AS message, ${row.wakeAt} AS wake_at, ${row.finishedAt} AS finished_at,
          ${row.updatedAt} AS updated_at, ${row.leaseOwner} AS lease_owner, ${row.leaseToken} AS lease_token`,
      );
      await sql`UPDATE operations JOIN (${sql.join(rows, sql` UNION ALL `)}) r ON operations.id = r.id
        SET operations.state = r.state, operations.step_index = r.step_index, operations.attempt = r.attempt,
          operations.outputs = r.outputs, operations.history = r.history, operations.message = r.message,
          operations.wake_at = r.wake_at, operations.finished_at = r.finished_at, operations.updated_at = r.updated_at,
          operations.lease_owner = r.lease_owner, operations.lease_token = r.lease_token, operations.lease_expires_at = 0
        WHERE operations.finished_at IS NULL AND operations.lease_token = r.lease_token - 1`.execute(within(tx));
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
