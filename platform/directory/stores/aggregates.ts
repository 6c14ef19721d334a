import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { isoTime, isoTimeOrNull, sqlTime } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows, upsertRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { AggregatesTable } from '../schema/aggregates.ts';
import type { DirectoryTables } from '../tables.ts';
import { raiseSchedulingGeneration } from './scheduling-generation.ts';

/** The metadata key that makes an aggregate a zone, and the zone of hosts that no such aggregate names. */
export const ZONE_KEY = 'availability_zone';
export const DEFAULT_ZONE = 'nova';

export interface Aggregate {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly hosts: readonly string[];
  /** The cell of each of its hosts; null: of whatever cell, for hosts that were added before cells were recorded. */
  readonly cellsOfHosts: Readonly<Record<string, string | null>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

type Read = Reader<DirectoryTables>;

const unknownAggregate = (id: number): VolvoxError =>
  new VolvoxError('not-found', `Aggregate ${id} could not be found.`);

/** Every aggregate with its hosts and metadata, in order of creation; three statements whatever their number. */
export async function listAggregates(read: Read): Promise<Aggregate[]> {
  const rows = await read.selectFrom('aggregates').selectAll().orderBy('id').execute();
  return complete(read, rows);
}

/** One aggregate, and all of them; nobody else changes any until the commit, so that rules which span them hold. @throws VolvoxError not-found */
export async function lockAggregates(
  tx: DirectoryTx,
  id: number,
): Promise<{ readonly one: Aggregate; readonly all: readonly Aggregate[] }> {
  const rows = await tx.selectFrom('aggregates').selectAll().orderBy('id').forUpdate().execute();
  const all = await complete(tx, rows);
  const one = all.find((aggregate) => aggregate.id === id);
  if (one === undefined) throw unknownAggregate(id);
  return { one, all };
}

/** @throws VolvoxError not-found */
export async function getAggregate(read: Read, id: number): Promise<Aggregate> {
  const rows = await read.selectFrom('aggregates').selectAll().where('id', '=', id).execute();
  const [aggregate] = await complete(read, rows);
  if (aggregate === undefined) throw unknownAggregate(id);
  return aggregate;
}

/** Whether the host of this name in this cell is in the aggregate: names are what cells say they are. Pure. */
export const hasHost = ({ cellsOfHosts }: Aggregate, host: string, cellId: string): boolean =>
  Object.hasOwn(cellsOfHosts, host) && (cellsOfHosts[host] ?? cellId) === cellId;

/** The zone of every host that is in one by an aggregate; all others are in DEFAULT_ZONE. Pure. */
export function zonesOfHosts(aggregates: readonly Aggregate[]): Map<string, string> {
  const zones = new Map<string, string>();
  for (const { hosts, metadata } of aggregates) {
    const zone = metadata[ZONE_KEY];
    if (zone !== undefined) for (const host of hosts) zones.set(host, zone);
  }
  return zones;
}

/** @throws VolvoxError conflict when the name is taken. */
export async function createAggregate(
  tx: DirectoryTx,
  aggregate: { readonly uuid: string; readonly name: string; readonly zone: string | null },
  now: string,
): Promise<Aggregate> {
  const { insertId } = await named(aggregate.name, () =>
    tx
      .insertInto('aggregates')
      .values({ uuid: aggregate.uuid, name: aggregate.name, created_at: sqlTime(now), updated_at: null })
      .executeTakeFirstOrThrow(),
  );
  const id = Number(insertId);
  const metadata: Record<string, string> = aggregate.zone === null ? {} : { [ZONE_KEY]: aggregate.zone };
  await writeMetadata(tx, id, metadata);
  return {
    id,
    uuid: aggregate.uuid,
    name: aggregate.name,
    hosts: [],
    cellsOfHosts: {},
    metadata,
    createdAt: now,
    updatedAt: null,
  };
}

/** @throws VolvoxError not-found; conflict when the name is taken. */
export async function renameAggregate(tx: DirectoryTx, id: number, name: string, now: string): Promise<void> {
  const { numUpdatedRows } = await named(name, () =>
    tx
      .updateTable('aggregates')
      .set({ name, updated_at: sqlTime(now) })
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  );
  if (numUpdatedRows === 0n) throw unknownAggregate(id);
  await raiseSchedulingGeneration(tx);
}

/** Adds and replaces these keys; a null value removes one. @throws VolvoxError not-found */
export async function setAggregateMetadata(
  tx: DirectoryTx,
  id: number,
  changes: Readonly<Record<string, string | null>>,
  now: string,
): Promise<void> {
  await touch(tx, id, now);
  const removed = Object.keys(changes).filter((key) => changes[key] === null);
  if (removed.length > 0)
    await tx.deleteFrom('aggregate_metadata').where('aggregate_id', '=', id).where('meta_key', 'in', removed).execute();
  const kept = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null);
  await writeMetadata(tx, id, Object.fromEntries(kept));
}

/** @param cellId the cell that has the host. @throws VolvoxError not-found; conflict when the host is in it. */
export async function addAggregateHost(tx: DirectoryTx, id: number, host: string, cellId: string): Promise<void> {
  await lock(tx, id);
  try {
    await tx.insertInto('aggregate_hosts').values({ aggregate_id: id, host_name: host, cell_id: cellId }).execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new VolvoxError('conflict', `Aggregate ${id} already has host ${host}.`, { cause: error });
  }
}

/** @throws VolvoxError not-found, for the aggregate or for the host in it. */
export async function removeAggregateHost(tx: DirectoryTx, id: number, host: string): Promise<void> {
  await lock(tx, id);
  const deleted = await deleteRows(tx, 'aggregate_hosts', { aggregate_id: id, host_name: host });
  if (deleted === 0) throw new VolvoxError('not-found', `Aggregate ${id} has no host ${host}.`);
}

/** The host of this cell is forgotten: no aggregate has it any more. */
export async function removeHostFromAggregates(tx: DirectoryTx, host: string, cellId: string): Promise<void> {
  const deleted = await deleteRows(tx, 'aggregate_hosts', { host_name: host, cell_id: cellId });
  if (deleted > 0) await raiseSchedulingGeneration(tx);
}

/** @throws VolvoxError not-found; invalid (Nova's word for it) while it has hosts. */
export async function deleteAggregate(tx: DirectoryTx, id: number): Promise<void> {
  await lock(tx, id);
  const host = await tx
    .selectFrom('aggregate_hosts')
    .select('host_name')
    .where('aggregate_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (host !== undefined)
    throw new VolvoxError('invalid', `Cannot remove host from aggregate ${id}. Reason: Host aggregate is not empty.`);
  await tx.deleteFrom('aggregate_metadata').where('aggregate_id', '=', id).execute();
  await tx.deleteFrom('aggregates').where('id', '=', id).execute();
}

/** Whoever changes its hosts holds it until the commit. Its time of change is of name and metadata only, as in Nova. */
async function lock(tx: DirectoryTx, id: number): Promise<void> {
  const found = await tx.selectFrom('aggregates').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  if (found === undefined) throw unknownAggregate(id);
  await raiseSchedulingGeneration(tx);
}

/** Marks name or metadata as changed; also the lock of who changes metadata. */
async function touch(tx: DirectoryTx, id: number, now: string): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('aggregates')
    .set({ updated_at: sqlTime(now) })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw unknownAggregate(id);
  await raiseSchedulingGeneration(tx);
}

async function named<R>(name: string, write: () => Promise<R>): Promise<R> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicate(error, 'aggregates_name')) throw error;
    throw new VolvoxError('conflict', `Aggregate ${name} already exists.`, { cause: error });
  }
}

async function writeMetadata(tx: DirectoryTx, id: number, metadata: Readonly<Record<string, string>>): Promise<void> {
  const rows = Object.entries(metadata).map(([key, value]) => ({ aggregate_id: id, meta_key: key, meta_value: value }));
  await upsertRows(tx, 'aggregate_metadata', rows, 'meta_value');
}

async function complete(read: Read, rows: readonly Selectable<AggregatesTable>[]): Promise<Aggregate[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const hosts = await read
    .selectFrom('aggregate_hosts')
    .selectAll()
    .where('aggregate_id', 'in', ids)
    .orderBy('host_name')
    .execute();
  const metadata = await read.selectFrom('aggregate_metadata').selectAll().where('aggregate_id', 'in', ids).execute();
  const hostsOf = ({ id }: { readonly id: number }) => hosts.filter((host) => host.aggregate_id === id);
  return rows.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    hosts: hostsOf(row).map((host) => host.host_name),
    cellsOfHosts: Object.fromEntries(hostsOf(row).map((host) => [host.host_name, host.cell_id])),
    metadata: Object.fromEntries(
      metadata.filter((pair) => pair.aggregate_id === row.id).map((pair) => [pair.meta_key, pair.meta_value]),
    ),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTimeOrNull(row.updated_at),
  }));
}
