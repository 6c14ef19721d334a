import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { fromJson, isoTime, isoTimeOrNull, sqlTime, toJson } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { Flavor } from '../../objects/flavor.ts';
import type { DirectoryTx } from '../directory.ts';
import type { FlavorsTable } from '../schema/flavors.ts';
import type { DirectoryTables } from '../tables.ts';

export interface FlavorRecord extends Flavor {
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

/** Who looks: anybody sees public flavors and those opened to their project; an admin sees all. */
export interface FlavorViewer {
  readonly projectId: string | null;
  readonly isAdmin: boolean;
}

/** Every condition that is given must hold. */
export interface FlavorFilter {
  /** true: public, or opened to the viewer's project. */
  readonly isPublic?: boolean;
  readonly disabled?: boolean;
  readonly minRamMb?: number;
  readonly minDiskGb?: number;
  readonly name?: string;
}

/** What a list can be sorted by, under the API's names. `id` is the order of creation; `vcpu_weight` is never set. */
const SORT_COLUMNS = {
  created_at: 'created_at',
  description: 'description',
  disabled: 'disabled',
  ephemeral_gb: 'ephemeral_gb',
  flavorid: 'flavor_id',
  id: 'created_at',
  is_public: 'is_public',
  memory_mb: 'ram_mb',
  name: 'name',
  root_gb: 'disk_gb',
  rxtx_factor: 'rxtx_factor',
  swap: 'swap_mb',
  updated_at: 'updated_at',
  vcpu_weight: 'flavor_id',
  vcpus: 'vcpus',
} as const satisfies Record<string, keyof FlavorsTable>;
export type FlavorSortKey = keyof typeof SORT_COLUMNS;
export const FLAVOR_SORT_KEYS = Object.keys(SORT_COLUMNS) as readonly FlavorSortKey[];

export interface FlavorPage {
  readonly sortKey: FlavorSortKey;
  readonly descending: boolean;
  readonly limit: number;
  /** The id of the last flavor already shown. */
  readonly marker: string | null;
}

type Read = Reader<DirectoryTables>;
const unknownFlavor = (id: string): VolvoxError => new VolvoxError('not-found', `Flavor ${id} could not be found.`);

function flavorOf(row: Selectable<FlavorsTable>): FlavorRecord {
  return {
    id: row.flavor_id,
    name: row.name,
    vcpus: row.vcpus,
    ramMb: row.ram_mb,
    diskGb: row.disk_gb,
    ephemeralGb: row.ephemeral_gb,
    swapMb: row.swap_mb,
    rxtxFactor: row.rxtx_factor,
    isPublic: row.is_public === 1,
    disabled: row.disabled === 1,
    description: row.description,
    extraSpecs: fromJson<Record<string, string>>(row.extra_specs),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTimeOrNull(row.updated_at),
  };
}

/** @throws VolvoxError not-found, also when the viewer may not see it. */
export async function getFlavor(read: Read, id: string, viewer: FlavorViewer): Promise<FlavorRecord> {
  let query = read.selectFrom('flavors').selectAll().where('flavor_id', '=', id);
  if (!viewer.isAdmin)
    query = query.where((eb) => eb.or([eb('is_public', '=', 1), openedTo(eb, viewer.projectId ?? '')]));
  const row = await query.executeTakeFirst();
  if (row === undefined) throw unknownFlavor(id);
  return flavorOf(row);
}

/**
 * The ids of the flavors of a page, in its sort order. A region has hundreds of flavors at most, so the sorted list of ids is read whole and
 * the page is cut here; that lets a marker stand at any sort key, null values included.
 * @throws VolvoxError invalid when the marker is not in the list.
 */
export async function listFlavorIds(
  read: Read,
  viewer: FlavorViewer,
  filter: FlavorFilter,
  page: FlavorPage,
): Promise<readonly string[]> {
  const direction = page.descending ? 'desc' : 'asc';
  let query = read
    .selectFrom('flavors')
    .select('flavor_id')
    .orderBy(SORT_COLUMNS[page.sortKey], direction)
    .orderBy('flavor_id', direction);
  if (filter.isPublic === true)
    query = query.where((eb) => eb.or([eb('is_public', '=', 1), openedTo(eb, viewer.projectId ?? '')]));
  if (filter.isPublic === false) query = query.where('is_public', '=', 0);
  if (filter.disabled !== undefined) query = query.where('disabled', '=', filter.disabled ? 1 : 0);
  if (filter.minRamMb !== undefined) query = query.where('ram_mb', '>=', filter.minRamMb);
  if (filter.minDiskGb !== undefined) query = query.where('disk_gb', '>=', filter.minDiskGb);
  if (filter.name !== undefined) query = query.where('name', 'like', `%${escapeLike(filter.name)}%`);
  const rows = await query.execute();
  let start = 0;
  if (page.marker !== null) {
    start = rows.findIndex((row) => row.flavor_id === page.marker) + 1;
    if (start === 0)
      throw new VolvoxError(
        'invalid',
        `marker [${page.marker}] not found. It is the id of the last flavor of the page before.`,
      );
  }
  return rows.slice(start, start + page.limit).map((row) => row.flavor_id);
}

/** The flavors of these ids, in the same sequence; those that are gone are left out. */
export async function flavorsOfIds(read: Read, ids: readonly string[]): Promise<readonly FlavorRecord[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('flavors')
    .selectAll()
    .where('flavor_id', 'in', [...ids])
    .execute();
  const flavors = new Map(rows.map((row) => [row.flavor_id, flavorOf(row)]));
  return ids.flatMap((id) => flavors.get(id) ?? []);
}

/** @throws VolvoxError conflict when the id or the name is taken. */
export async function createFlavor(tx: DirectoryTx, flavor: Flavor, now: string): Promise<FlavorRecord> {
  try {
    await tx
      .insertInto('flavors')
      .values({
        flavor_id: flavor.id,
        name: flavor.name,
        vcpus: flavor.vcpus,
        ram_mb: flavor.ramMb,
        disk_gb: flavor.diskGb,
        ephemeral_gb: flavor.ephemeralGb,
        swap_mb: flavor.swapMb,
        rxtx_factor: flavor.rxtxFactor,
        is_public: flavor.isPublic ? 1 : 0,
        disabled: flavor.disabled ? 1 : 0,
        description: flavor.description,
        extra_specs: toJson(flavor.extraSpecs),
        created_at: sqlTime(now),
        updated_at: null,
      })
      .execute();
  } catch (error) {
    if (isDuplicate(error, 'flavors_name'))
      throw new VolvoxError('conflict', `Flavor with name ${flavor.name} already exists.`, { cause: error });
    if (isDuplicate(error))
      throw new VolvoxError('conflict', `Flavor with ID ${flavor.id} already exists.`, { cause: error });
    throw error;
  }
  return { ...flavor, createdAt: now, updatedAt: null };
}

/** @throws VolvoxError not-found */
export async function describeFlavor(
  tx: DirectoryTx,
  id: string,
  description: string | null,
  now: string,
): Promise<FlavorRecord> {
  const row = await lockFlavor(tx, id);
  await tx
    .updateTable('flavors')
    .set({ description, updated_at: sqlTime(now) })
    .where('flavor_id', '=', id)
    .execute();
  return flavorOf({ ...row, description, updated_at: sqlTime(now) });
}

/** Deletes its access list too. Instances that have this flavor keep it. @throws VolvoxError not-found */
export async function deleteFlavor(tx: DirectoryTx, id: string): Promise<void> {
  if ((await deleteRows(tx, 'flavors', { flavor_id: id })) === 0) throw unknownFlavor(id);
  await deleteRows(tx, 'flavor_access', { flavor_id: id });
}

/** The extra specs of a flavor together, as JSON. */
const MAX_EXTRA_SPECS_BYTES = 64 * 1024;

/** Adds and replaces these keys; the others stay. @throws VolvoxError not-found; too-large when they grow beyond the bound. */
export async function setExtraSpecs(
  tx: DirectoryTx,
  id: string,
  specs: Readonly<Record<string, string>>,
  now: string,
): Promise<Record<string, string>> {
  const { extraSpecs } = flavorOf(await lockFlavor(tx, id));
  const all = { ...extraSpecs, ...specs };
  const bytes = Buffer.byteLength(JSON.stringify(all));
  if (bytes > MAX_EXTRA_SPECS_BYTES && bytes > Buffer.byteLength(JSON.stringify(extraSpecs))) {
    throw new VolvoxError(
      'too-large',
      `The extra specs of flavor ${id} ('extra_specs') would have ${bytes} bytes of JSON together; at most ${MAX_EXTRA_SPECS_BYTES} are allowed.`,
    );
  }
  await writeExtraSpecs(tx, id, all, now);
  return all;
}

/** @throws VolvoxError not-found, for the flavor or for the key. */
export async function deleteExtraSpec(tx: DirectoryTx, id: string, key: string, now: string): Promise<void> {
  const { extraSpecs } = flavorOf(await lockFlavor(tx, id));
  if (!Object.hasOwn(extraSpecs, key)) {
    throw new VolvoxError('not-found', `Flavor ${id} has no extra specs with key ${key}.`);
  }
  const { [key]: _gone, ...rest } = extraSpecs;
  await writeExtraSpecs(tx, id, rest, now);
}

export async function listFlavorAccess(read: Read, id: string): Promise<string[]> {
  const rows = await read
    .selectFrom('flavor_access')
    .select('project_id')
    .where('flavor_id', '=', id)
    .orderBy('project_id')
    .execute();
  return rows.map((row) => row.project_id);
}

/** @throws VolvoxError conflict when the project has it already, not-found for the flavor. */
export async function addFlavorAccess(tx: DirectoryTx, id: string, projectId: string): Promise<void> {
  await lockFlavor(tx, id);
  try {
    await tx.insertInto('flavor_access').values({ flavor_id: id, project_id: projectId }).execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new VolvoxError(
      'conflict',
      `Flavor access already exists for flavor ${id} and project ${projectId} combination.`,
      { cause: error },
    );
  }
}

/** @throws VolvoxError not-found, for the flavor or for the pair. */
export async function removeFlavorAccess(tx: DirectoryTx, id: string, projectId: string): Promise<void> {
  await lockFlavor(tx, id);
  const deleted = await deleteRows(tx, 'flavor_access', { flavor_id: id, project_id: projectId });
  if (deleted === 0)
    throw new VolvoxError('not-found', `Flavor access not found for ${id} / ${projectId} combination.`);
}

async function lockFlavor(tx: DirectoryTx, id: string): Promise<Selectable<FlavorsTable>> {
  const row = await tx.selectFrom('flavors').selectAll().where('flavor_id', '=', id).forUpdate().executeTakeFirst();
  if (row === undefined) throw unknownFlavor(id);
  return row;
}

async function writeExtraSpecs(tx: DirectoryTx, id: string, specs: Record<string, string>, now: string): Promise<void> {
  await tx
    .updateTable('flavors')
    .set({ extra_specs: toJson(specs), updated_at: sqlTime(now) })
    .where('flavor_id', '=', id)
    .execute();
}

const openedTo = (eb: ExpressionBuilder<DirectoryTables, 'flavors'>, projectId: string) =>
  eb.exists(
    eb
      .selectFrom('flavor_access')
      .select('flavor_access.project_id')
      .whereRef('flavor_access.flavor_id', '=', 'flavors.flavor_id')
      .where('flavor_access.project_id', '=', projectId),
  );

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);
