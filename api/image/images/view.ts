import { fromJson } from '#platform/database/json-column.ts';
import type { ImageRow } from '#platform/directory/stores/images.ts';

/** Glance writes moments in whole seconds. */
export const glanceTime = (sqlText: string): string => `${sqlText.slice(0, 19).replace(' ', 'T')}Z`;

export const imageView = (row: ImageRow, tags: readonly string[]) => ({
  ...fromJson<Record<string, string>>(row.properties),
  id: row.id,
  name: row.name,
  status: row.status,
  visibility: row.visibility,
  owner: row.project_id,
  disk_format: row.disk_format,
  container_format: row.container_format,
  min_disk: row.min_disk_gb,
  min_ram: row.min_ram_mb,
  protected: row.is_protected === 1,
  os_hidden: row.is_hidden === 1,
  size: row.size_bytes,
  virtual_size: row.virtual_size_bytes,
  checksum: row.md5,
  os_hash_algo: row.sha256 === null ? null : 'sha256',
  os_hash_value: row.sha256,
  tags,
  created_at: glanceTime(row.created_at),
  updated_at: glanceTime(row.updated_at),
  self: `/v2/images/${row.id}`,
  file: `/v2/images/${row.id}/file`,
  schema: '/v2/schemas/image',
});
