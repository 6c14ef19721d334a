import { createHash } from 'node:crypto';
import { LIVE_MIGRATION_IN_PROGRESS, type ServerMigration } from '#platform/objects/server-migration.ts';
import type { ApiRequest } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { legacyId } from '../legacy-id.ts';
import { naiveTime, naiveTimeOrNull } from '../naive-time.ts';

const SINCE = since({ types: 23, uuids: 59, owners: 80 });

/** @param showsHosts whether the caller may see them; otherwise they are null. */
export function migrationView(migration: ServerMigration, { version, links }: ApiRequest, showsHosts: boolean) {
  const id = legacyId(migration.id);
  const isLinked = migration.type === 'live-migration' && LIVE_MIGRATION_IN_PROGRESS.includes(migration.status);
  return {
    id,
    instance_uuid: migration.instanceUuid,
    status: migration.status,
    ...hostsOf(migration, showsHosts),
    old_instance_type_id: flavorNumber(migration.oldFlavorId),
    new_instance_type_id: flavorNumber(migration.newFlavorId),
    created_at: naiveTime(migration.createdAt),
    updated_at: naiveTimeOrNull(migration.updatedAt),
    ...(SINCE.types(version) ? { migration_type: migration.type } : {}),
    ...(SINCE.types(version) && isLinked
      ? { links: links.both(`servers/${migration.instanceUuid}/migrations`, String(id)) }
      : {}),
    ...(SINCE.uuids(version) ? { uuid: migration.id } : {}),
    ...(SINCE.owners(version) ? { user_id: migration.userId, project_id: migration.projectId } : {}),
  };
}

/** One of the server itself, with what it has counted. */
export function serverMigrationView(migration: ServerMigration, { version }: ApiRequest, showsHosts: boolean) {
  const { progress } = migration;
  return {
    id: legacyId(migration.id),
    server_uuid: migration.instanceUuid,
    status: migration.status,
    ...hostsOf(migration, showsHosts),
    memory_total_bytes: progress?.memoryTotal ?? null,
    memory_processed_bytes: progress?.memoryProcessed ?? null,
    memory_remaining_bytes: progress?.memoryRemaining ?? null,
    disk_total_bytes: progress?.diskTotal ?? null,
    disk_processed_bytes: progress?.diskProcessed ?? null,
    disk_remaining_bytes: progress?.diskRemaining ?? null,
    created_at: naiveTime(migration.createdAt),
    updated_at: naiveTimeOrNull(migration.updatedAt),
    ...(SINCE.uuids(version) ? { uuid: migration.id } : {}),
    ...(SINCE.owners(version) ? { user_id: migration.userId, project_id: migration.projectId } : {}),
  };
}

const hostsOf = (migration: ServerMigration, shown: boolean) => ({
  source_compute: shown ? migration.sourceCompute : null,
  source_node: shown ? migration.sourceNode : null,
  dest_compute: shown ? migration.destCompute : null,
  dest_node: shown ? migration.destNode : null,
  dest_host: shown ? migration.destHost : null,
});

/** Clients expect a number. A flavor has none, unless its id is one; others get the first 31 bits of the id's hash. */
const flavorNumber = (id: string): number =>
  /^\d{1,9}$/.test(id) ? Number(id) : createHash('sha256').update(id).digest().readUInt32BE() % 2 ** 31;
