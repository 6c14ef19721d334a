import type { OperationStore } from '#platform/operations/store.ts';
import type { CellTx } from '../../../../../cell/database/cell-database.ts';
import type { MemoryOperationStore } from '../../../../support/memory-operation-store.ts';
import type { CellWorld } from './cell-world.ts';

/** Keeps one operation in memory, and a row in the cell's database that stands for it. */
export function lawStore(world: CellWorld, uuid: string, memory: MemoryOperationStore): OperationStore<CellTx> {
  const { database } = world.test;
  const forEver = Date.now() + 1e9;
  /** The memory has an outcome before the transaction that records it commits, so `get` waits for these. */
  const uncommitted = new Set<Promise<unknown>>();
  return {
    transaction: async (work) => {
      const transaction = database.transaction(work);
      uncommitted.add(transaction);
      try {
        return await transaction;
      } finally {
        uncommitted.delete(transaction);
      }
    },
    insert: async (tx, row) => {
      await tx
        .updateTable('instances')
        .set({ operation_id: row.id, task_state: 'rebooting' })
        .where('uuid', '=', uuid)
        .where('deleted_at', 'is', null)
        .execute();
      await tx.updateTable('moves_in').set({ operation_id: row.id }).where('instance_uuid', '=', uuid).execute();
      await tx
        .insertInto('operations')
        .values({
          ...{ id: row.id, kind: row.kind, subject: uuid, state: 'running', step_index: 0, attempt: 1, params: '{}' },
          ...{ outputs: '{}', history: '[]', message: null, wake_at: forEver, lease_owner: 'laws', lease_token: 1 },
          ...{
            lease_expires_at: forEver,
            deadline_at: forEver,
            request_id: 'req-laws',
            user_id: null,
            project_id: null,
          },
          ...{ created_at: 0, updated_at: 0, finished_at: null },
        })
        .execute();
      return memory.insert({}, row);
    },
    saveEnds: () => Promise.reject(new Error('the laws are about what workers do')),
    insertAll: () => Promise.reject(new Error('the laws are about one operation')),
    get: async (id) => {
      await Promise.allSettled(uncommitted);
      return memory.get(id);
    },
    list: (filter) => memory.list(filter),
    // A transaction of a step in addition to its outcome reads the lease of the operation from the database.
    claim: async (...given) => {
      const row = await memory.claim(...given);
      if (row !== null)
        await database.write
          .updateTable('operations')
          .set({ lease_token: row.leaseToken })
          .where('id', '=', row.id)
          .execute();
      return row;
    },
    extend: (...given) => memory.extend(...given),
    save: (from, progress, options = {}) =>
      memory.save(from, progress, options.signals === undefined ? {} : { signals: options.signals }),
    resolve: (...given) => memory.resolve(...given),
    signal: (id) => memory.signal(id),
    countOverdue: (now) => memory.countOverdue(now),
    due: (...given) => memory.due(...given),
  };
}
