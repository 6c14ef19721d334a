import type { Reader } from '../../database/database.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/** The most of them: every request that names classes reads them all. */
const MAX_CLASSES = 10_000;

/** By name. */
export async function listCustomClasses(read: Reader<DirectoryTables>): Promise<readonly string[]> {
  const rows = await read.selectFrom('custom_resource_classes').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** @returns whether it is new. @throws VolvoxError too-large when there are too many. */
export async function addCustomClass(tx: DirectoryTx, name: string): Promise<boolean> {
  const { count } = await tx
    .selectFrom('custom_resource_classes')
    .select((eb) => eb.fn.countAll<number | bigint>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= MAX_CLASSES) {
    throw new VolvoxError(
      'too-large',
      `There are ${MAX_CLASSES} custom resource classes, the most that there can be. Delete one first.`,
    );
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('custom_resource_classes')
    .ignore()
    .values({ name })
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** @throws VolvoxError not-found */
export async function removeCustomClass(tx: DirectoryTx, name: string): Promise<void> {
  if ((await deleteRows(tx, 'custom_resource_classes', { name })) === 0) throw noClass(name);
}

export const noClass = (name: string): VolvoxError =>
  new VolvoxError('not-found', `No such resource class ${name.slice(0, 255)}.`);
