import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import { fromJson, isoTime, isoTimeOrNull, sqlTime, toJson } from '#platform/database/json-column.ts';
import type { HostReport } from '#platform/objects/host.ts';
import {
  ENDED_MIGRATIONS,
  type MigrationFilter,
  type MigrationPage,
  type MigrationProgress,
  type MigrationStatus,
  type ServerMigration,
} from '#platform/objects/server-migration.ts';
import type { CellDatabase, CellReader, CellTx } from '../cell-database.ts';
import { moment } from '../moment.ts';
import type { ServerMigrationsTable } from '../schema/server-migrations.ts';

/** A migration that begins. */
interface NewMigration {
  /** Of the operation, or of the move. */
  readonly id: string;
  readonly instanceUuid: string;
  readonly type: ServerMigration['type'];
  readonly status: MigrationStatus;
  readonly actor: { readonly projectId: string | null; readonly userId: string | null };
  readonly source: { readonly host: string | null; readonly node: string | null };
  /** Where it goes to, when that is known. */
  readonly destHostId?: string | null;
  readonly oldFlavorId: string;
  readonly newFlavorId: string;
  /** The other cell of the move shows it. */
  readonly hidden?: boolean;
}

/** Writes the row in the transaction that begins the operation. A repeated request changes nothing. */
export async function beginMigration(tx: CellTx, migration: NewMigration, now: number): Promise<void> {
  const { destHostId = null, source, actor } = migration;
  const row: ServerMigrationsTable = {
    id: migration.id,
    instance_uuid: migration.instanceUuid,
    project_id: actor.projectId ?? '',
    user_id: actor.userId ?? '',
    type: migration.type,
    status: migration.status,
    hidden: migration.hidden === true ? 1 : 0,
    source_compute: source.host,
    source_node: source.node,
    ...(destHostId === null ? NO_DESTINATION : await destination(tx, destHostId)),
    old_flavor_id: migration.oldFlavorId,
    new_flavor_id: migration.newFlavorId,
    progress: null,
    created_at: moment(now),
    updated_at: null,
  };
  await tx.insertInto('server_migrations').values(row).onDuplicateKeyUpdate({ id: row.id }).execute();
}

interface Advance {
  readonly status?: MigrationStatus;
  readonly destHostId?: string;
  readonly progress?: MigrationProgress;
  readonly hidden?: boolean;
}

/**
 * Writes how far the migration has come, in the transaction that goes so far. One that has ended does not change; one that is not known (an
 * earlier release began it) is left out.
 */
export async function advanceMigration(tx: CellTx, id: string, advance: Advance, now: number): Promise<void> {
  const { status, destHostId, progress, hidden } = advance;
  await tx
    .updateTable('server_migrations')
    .set({
      ...(status === undefined ? {} : { status }),
      ...(destHostId === undefined ? {} : await destination(tx, destHostId)),
      ...(progress === undefined ? {} : { progress: toJson(progress) }),
      ...(hidden === undefined ? {} : { hidden: hidden ? 1 : 0 }),
      updated_at: moment(now),
    })
    .where('id', '=', id)
    .where('status', 'not in', ENDED_MIGRATIONS)
    .execute();
}

/** The confirm, the revert or the delete of a resized instance names no migration: it ends the one that has one of these statuses. */
export async function advanceResize(
  tx: CellTx,
  instanceUuid: string,
  from: readonly MigrationStatus[],
  status: MigrationStatus,
  now: number,
): Promise<void> {
  await tx
    .updateTable('server_migrations')
    .set({ status, updated_at: moment(now) })
    .where('instance_uuid', '=', instanceUuid)
    .where('status', 'in', from)
    .execute();
}

/** The instance lives in another cell, which shows the move. */
export async function removeMigration(tx: CellTx, id: string): Promise<void> {
  await tx.deleteFrom('server_migrations').where('id', '=', id).execute();
}

const NO_DESTINATION = { dest_compute: null, dest_node: null, dest_host: null };

async function destination(tx: CellTx, hostId: string) {
  const host = await tx
    .selectFrom('hosts')
    .select(['name', 'node', 'report'])
    .where('id', '=', hostId)
    .executeTakeFirst();
  if (host === undefined) return NO_DESTINATION;
  const report = fromJson<HostReport | null>(host.report);
  return { dest_compute: host.name, dest_node: host.node, dest_host: report?.hostIp ?? null };
}

const CONDITIONS: {
  readonly [K in keyof MigrationFilter]-?: (value: NonNullable<MigrationFilter[K]>) => Expression<SqlBool>;
} = {
  ids: (value) => (value.length === 0 ? sql<SqlBool>`FALSE` : sql<SqlBool>`id IN (${sql.join(value)})`),
  instanceUuid: (value) => sql<SqlBool>`instance_uuid = ${value}`,
  projectId: (value) => sql<SqlBool>`project_id = ${value}`,
  userId: (value) => sql<SqlBool>`user_id = ${value}`,
  host: (value) => sql<SqlBool>`(source_compute = ${value} OR dest_compute = ${value})`,
  sourceCompute: (value) => sql<SqlBool>`source_compute = ${value}`,
  statuses: (value) => (value.length === 0 ? sql<SqlBool>`FALSE` : sql<SqlBool>`status IN (${sql.join(value)})`),
  type: (value) => sql<SqlBool>`type = ${value}`,
  changesSince: (value) => sql<SqlBool>`updated_at >= ${sqlTime(value)}`,
  changesBefore: (value) => sql<SqlBool>`updated_at <= ${sqlTime(value)}`,
};

/** The newest first. */
export async function listMigrations(read: CellReader, page: MigrationPage): Promise<readonly ServerMigration[]> {
  let query = read.selectFrom('server_migrations').selectAll().where('hidden', '=', 0);
  for (const [key, condition] of Object.entries(CONDITIONS)) {
    const value = page.filter[key as keyof MigrationFilter];
    if (value !== undefined) query = query.where((condition as (value: unknown) => Expression<SqlBool>)(value));
  }
  if (page.after !== null) {
    const { createdAt, id } = page.after;
    query = query.where(sql<SqlBool>`(created_at, id) < (${sqlTime(createdAt)}, ${id})`);
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map(toMigration);
}

const toMigration = (row: Selectable<ServerMigrationsTable>): ServerMigration => ({
  id: row.id,
  instanceUuid: row.instance_uuid,
  projectId: row.project_id,
  userId: row.user_id,
  type: row.type,
  status: row.status,
  sourceCompute: row.source_compute,
  sourceNode: row.source_node,
  destCompute: row.dest_compute,
  destNode: row.dest_node,
  destHost: row.dest_host,
  oldFlavorId: row.old_flavor_id,
  newFlavorId: row.new_flavor_id,
  progress: row.progress === null ? null : fromJson<MigrationProgress>(row.progress),
  createdAt: isoTime(row.created_at),
  updatedAt: isoTimeOrNull(row.updated_at),
});

/** Deletes at most `limit` rows that changed last before and whose instance is not here any more. @returns how many it found. */
export async function dropMigrations(
  { read, write }: Pick<CellDatabase, 'read' | 'write'>,
  before: number,
  limit: number,
): Promise<number> {
  const rows = await read
    .selectFrom('server_migrations')
    .select('id')
    .where('created_at', '<', moment(before))
    .where((eb) => eb.or([eb('updated_at', 'is', null), eb('updated_at', '<', moment(before))]))
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM instances WHERE instances.uuid = server_migrations.instance_uuid)`)
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await write.deleteFrom('server_migrations').where('id', 'in', ids).execute();
  return ids.length;
}
