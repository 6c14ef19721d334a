import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import type { DirectoryTx } from '../directory.ts';
import type { OrphanedPlacementsTable } from '../schema/orphaned-placements.ts';
import type { DirectoryTables } from '../tables.ts';

/** See schema/orphaned-placements.ts. */
export interface OrphanedPlacement {
  readonly instanceUuid: string;
  readonly cellId: string;
  readonly epoch: number;
}

type Read = Reader<DirectoryTables>;

/** `askedAt`: when the cell was asked to make it, ms; 0 when the cell is known to have it, so that the cell is told at once. */
export async function addOrphanedPlacement(
  tx: DirectoryTx,
  placement: OrphanedPlacement,
  askedAt: number,
): Promise<void> {
  await tx
    .insertInto('stray_builds')
    .ignore()
    .values({
      instance_uuid: placement.instanceUuid,
      cell_id: placement.cellId,
      epoch: placement.epoch,
      asked_at: askedAt,
    })
    .execute();
}

/** The cells that may still have an earlier guest of this instance. */
export async function orphanedCellsOf(read: Read, instanceUuid: string): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('stray_builds')
    .select('cell_id')
    .where('instance_uuid', '=', instanceUuid)
    .execute();
  return rows.map((row) => row.cell_id);
}

/** Of these instances, those of which this cell may have an earlier guest, with the highest epoch of such a guest. */
export async function orphanedAmong(
  read: Read,
  cellId: string,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await read
    .selectFrom('stray_builds')
    .select(['instance_uuid', 'epoch'])
    .where('cell_id', '=', cellId)
    .where('instance_uuid', 'in', ['', ...uuids])
    .orderBy('epoch')
    .execute();
  return new Map(rows.map((row) => [row.instance_uuid, row.epoch]));
}

/** Those for which the cell was asked before `askedBefore`, oldest first; at most `limit` of each cell, so that a dead cell hides no other's. */
export async function listOrphanedPlacements(
  read: Read,
  askedBefore: number,
  limit: number,
): Promise<readonly OrphanedPlacement[]> {
  const cells = await read.selectFrom('stray_builds').select('cell_id').distinct().execute();
  const ofCells: (readonly OrphanedPlacement[])[] = [];
  for (const { cell_id: cellId } of cells) ofCells.push(await orphanedPlacementsOf(read, cellId, askedBefore, limit));
  return ofCells.flat();
}

async function orphanedPlacementsOf(
  read: Read,
  cellId: string,
  askedBefore: number,
  limit: number,
): Promise<readonly OrphanedPlacement[]> {
  const rows = await read
    .selectFrom('stray_builds')
    .selectAll()
    .where('cell_id', '=', cellId)
    .where('asked_at', '<', askedBefore)
    .orderBy('asked_at')
    .limit(limit)
    .execute();
  return rows.map(placementOf);
}

export async function removeOrphanedPlacement(tx: DirectoryTx, placement: OrphanedPlacement): Promise<void> {
  await tx
    .deleteFrom('stray_builds')
    .where('instance_uuid', '=', placement.instanceUuid)
    .where('cell_id', '=', placement.cellId)
    .where('epoch', '=', placement.epoch)
    .execute();
}

export async function oldestOrphanedPlacements(read: Read, limit: number): Promise<readonly OrphanedPlacement[]> {
  const rows = await read.selectFrom('stray_builds').selectAll().orderBy('asked_at').limit(limit).execute();
  return rows.map(placementOf);
}

const placementOf = (row: Selectable<OrphanedPlacementsTable>): OrphanedPlacement => ({
  instanceUuid: row.instance_uuid,
  cellId: row.cell_id,
  epoch: row.epoch,
});
