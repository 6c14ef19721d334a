import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { isoTime, sqlTime } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { timestamp } from '../../time/clock.ts';
import type { DirectoryTx } from '../directory.ts';
import type { CellsTable } from '../schema/cells.ts';
import type { DirectoryTables } from '../tables.ts';
import type { DoorKeySeal } from './door-keys.ts';
import { raiseSchedulingGeneration } from './scheduling-generation.ts';

export interface Cell {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** False: it gets no new instances; what lives there is served as ever. */
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** With the key in its sealed form; `DoorKeySeal.open` reveals it. */
export interface CellWithKey extends Cell {
  readonly sealedKey: string;
}

interface NewCell {
  /** The cell's own id, as its door tells it. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly key: string;
}

interface CellPatch {
  readonly name?: string;
  readonly url?: string;
  readonly key?: string;
  readonly enabled?: boolean;
}

type Read = Reader<DirectoryTables>;

/** By name. */
export async function listCells(read: Read): Promise<readonly CellWithKey[]> {
  const rows = await read.selectFrom('cells').selectAll().orderBy('name').execute();
  return rows.map(fromRow);
}

export async function getCell(read: Read, id: string): Promise<CellWithKey | null> {
  const row = await read.selectFrom('cells').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

/** @throws VolvoxError conflict naming the field (`details.field`: id, name or url) that another cell has. */
export async function addCell(tx: DirectoryTx, seal: DoorKeySeal, cell: NewCell, now: number): Promise<void> {
  const at = sqlTime(timestamp(now));
  try {
    await tx
      .insertInto('cells')
      .values({
        id: cell.id,
        name: cell.name,
        url: cell.url,
        door_key: seal.seal(cell.key, cell.id),
        state: 'enabled',
        created_at: at,
        updated_at: at,
      })
      .execute();
  } catch (error) {
    throw takenField(error) ?? error;
  }
  await raiseSchedulingGeneration(tx);
}

/** @throws VolvoxError not-found; conflict as `addCell`. */
export async function updateCell(
  tx: DirectoryTx,
  seal: DoorKeySeal,
  id: string,
  patch: CellPatch,
  now: number,
): Promise<void> {
  try {
    const { numUpdatedRows } = await tx
      .updateTable('cells')
      .set({
        updated_at: sqlTime(timestamp(now)),
        ...(patch.name === undefined ? {} : { name: patch.name }),
        ...(patch.url === undefined ? {} : { url: patch.url }),
        ...(patch.key === undefined ? {} : { door_key: seal.seal(patch.key, id) }),
        ...(patch.enabled === undefined ? {} : { state: patch.enabled ? 'enabled' : 'disabled' }),
      })
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new VolvoxError('not-found', `Cell ${id} could not be found.`);
  } catch (error) {
    throw takenField(error) ?? error;
  }
  await raiseSchedulingGeneration(tx);
}

function takenField(error: unknown): VolvoxError | null {
  if (!isDuplicate(error)) return null;
  const field = isDuplicate(error, 'cells_name') ? 'name' : isDuplicate(error, 'cells_url') ? 'url' : 'id';
  return new VolvoxError('conflict', `Another cell has this ${field} already.`, { details: { field }, cause: error });
}

const fromRow = (row: Selectable<CellsTable>): CellWithKey => ({
  id: row.id,
  name: row.name,
  url: row.url,
  sealedKey: row.door_key,
  enabled: row.state === 'enabled',
  createdAt: isoTime(row.created_at),
  updatedAt: isoTime(row.updated_at),
});
