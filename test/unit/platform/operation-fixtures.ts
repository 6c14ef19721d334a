import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import type { OperationEngine } from '#platform/operations/engine.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import type { MemoryOperationStore, NoTx } from '../../support/memory-operation-store.ts';
import { waitUntil } from '../../support/wait-until.ts';

export const noParams = Type.Object({});

/** A new operation of this kind, due and not woken. @returns its id. */
export async function beginOperation<D>(
  store: MemoryOperationStore,
  engine: OperationEngine<D, NoTx>,
  kind: string,
): Promise<string> {
  const id = randomUUID();
  const operation = { id, kind, subject: 's', params: {}, requestId: 'req-1', userId: null, projectId: null };
  await store.transaction((tx) => engine.begin(tx, operation));
  return id;
}

/** The row once it has ended. */
export const endOf = (store: MemoryOperationStore, id: string): Promise<OperationRow> =>
  waitUntil('the end', () => {
    const row = store.rows.get(id);
    return row?.finishedAt == null ? null : row;
  });
