import { mapVersions } from '../../../http/by-version.ts';
import { arrayOf, nothing, string, wrapped } from '../../../http/parameter-types.ts';
import { integer, integerOrNull, shape, shapes, stringOrNull } from '../../../http/response-types.ts';

export const forceCompleteBody = { 1: wrapped('force_complete', nothing) };

const migration = shapes({
  1: {
    id: integer,
    server_uuid: string,
    status: string,
    source_compute: stringOrNull,
    source_node: stringOrNull,
    dest_compute: stringOrNull,
    dest_node: stringOrNull,
    dest_host: stringOrNull,
    memory_total_bytes: integerOrNull,
    memory_processed_bytes: integerOrNull,
    memory_remaining_bytes: integerOrNull,
    disk_total_bytes: integerOrNull,
    disk_processed_bytes: integerOrNull,
    disk_remaining_bytes: integerOrNull,
    created_at: string,
    updated_at: stringOrNull,
  },
  59: { uuid: string },
  80: { user_id: string, project_id: string },
});
export const serverMigrationsResponse = mapVersions(migration, (one) => shape({ migrations: arrayOf(one) }));
export const serverMigrationResponse = mapVersions(migration, (one) => shape({ migration: one }));
