import type { CellReader, CellTx } from '../cell-database.ts';
import { cellRow } from '../cell-row.ts';
import { newVersion } from './new-version.ts';

/** What this cell knows of a build that it is requested to make. */
export interface KnownBuild {
  readonly uuid: string;
  readonly epoch: number;
  readonly hostId: string | null;
  readonly deletedAt: string | null;
  /** Not null: the build failed on every candidate, and a notice told the global tier. */
  readonly buildFailedAt: number | null;
}

/** Locks nothing: a transaction that inserts afterwards gets a duplicate key if another one was first. */
export async function knownBuilds(
  read: CellReader,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, KnownBuild>> {
  const rows = await read
    .selectFrom('instances')
    .select(['uuid', 'epoch', 'host_id', 'deleted_at', 'build_failed_at'])
    .where('uuid', 'in', uuids)
    .execute();
  return new Map(rows.map((row) => [row.uuid, cellRow(row)]));
}

/** Raises the epoch of an instance and its guests and bindings, whose agents are told again. */
export async function raiseEpoch(tx: CellTx, uuid: string, epoch: number, now: number): Promise<void> {
  await tx
    .updateTable('instances')
    .set({ epoch, ...newVersion(now) })
    .where('uuid', '=', uuid)
    .where('epoch', '<', epoch)
    .execute();
  for (const table of ['guests', 'port_bindings'] as const) {
    await tx
      .updateTable(table)
      .set((eb) => ({ epoch, generation: eb('generation', '+', 1), settled: 0, changed_at: now }))
      .where('instance_uuid', '=', uuid)
      .where('epoch', '<', epoch)
      .execute();
  }
}

/**
 * Deletes the row of an instance that lives elsewhere now; its guests go as their agents report. False: it has a higher epoch, or a move
 * has to remove it.
 */
export async function forgetInstance(tx: CellTx, uuid: string, epoch: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('instances')
    .where('uuid', '=', uuid)
    .where('epoch', '<=', epoch)
    .where('deleted_at', 'is', null)
    .where('presence', '=', 'here')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** @throws when the instance does not exist. */
export async function epochOf(read: CellReader, uuid: string): Promise<number> {
  const row = await read.selectFrom('instances').select('epoch').where('uuid', '=', uuid).executeTakeFirstOrThrow();
  return row.epoch;
}
