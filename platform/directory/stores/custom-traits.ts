import type { Reader } from '../../database/database.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { hasTrait } from './host-traits.ts';

/** The most of them: every request that names traits reads them all. */
const MAX_TRAITS = 10_000;

/** By name. */
export async function listCustomTraits(read: Reader<DirectoryTables>): Promise<readonly string[]> {
  const rows = await read.selectFrom('custom_traits').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** @returns whether it is new. @throws VolvoxError too-large when there are too many. */
export async function addCustomTrait(tx: DirectoryTx, name: string): Promise<boolean> {
  const { count } = await tx
    .selectFrom('custom_traits')
    .select((eb) => eb.fn.countAll<number | bigint>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= MAX_TRAITS) {
    throw new VolvoxError(
      'too-large',
      `There are ${MAX_TRAITS} custom traits, the most that there can be. Delete one first.`,
    );
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('custom_traits')
    .ignore()
    .values({ name })
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** @throws VolvoxError not-found; conflict while a host has it. */
export async function removeCustomTrait(tx: DirectoryTx, name: string): Promise<void> {
  await lockCustomTraits(tx, [name]);
  if (await hasTrait(tx, name)) {
    throw new VolvoxError(
      'conflict',
      `The trait ${name} is in use by a resource provider. Take it from its providers first (PUT /resource_providers/{uuid}/traits).`,
    );
  }
  if ((await deleteRows(tx, 'custom_traits', { name })) === 0) throw noTrait(name);
}

/** Nobody deletes these traits until the commit. @returns those that there are. */
export async function lockCustomTraits(tx: DirectoryTx, names: readonly string[]): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('custom_traits')
    .select('name')
    .where('name', 'in', ['', ...names])
    .orderBy('name')
    .forUpdate()
    .execute();
  return rows.map(({ name }) => name);
}

export const noTrait = (name: string): VolvoxError =>
  new VolvoxError('not-found', `No such trait(s): ${name.slice(0, 255)}.`);
