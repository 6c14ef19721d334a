import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { ImageRow } from '#platform/directory/stores/images.ts';
import type { ImageAttributes } from './attributes.ts';

/** Before anything was said about it. */
export const NEW_IMAGE: ImageAttributes = {
  name: null,
  visibility: 'shared',
  diskFormat: null,
  containerFormat: null,
  minDiskGb: 0,
  minRamMb: 0,
  isProtected: false,
  isHidden: false,
  tags: [],
  properties: {},
};

export const columnsOf = (image: ImageAttributes) => ({
  name: image.name,
  visibility: image.visibility,
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  min_disk_gb: image.minDiskGb,
  min_ram_mb: image.minRamMb,
  is_protected: image.isProtected ? 1 : 0,
  is_hidden: image.isHidden ? 1 : 0,
  properties: toJson(image.properties),
});

export const attributesOf = (row: ImageRow, tags: readonly string[]): ImageAttributes => ({
  name: row.name,
  visibility: row.visibility,
  diskFormat: row.disk_format,
  containerFormat: row.container_format,
  minDiskGb: row.min_disk_gb,
  minRamMb: row.min_ram_mb,
  isProtected: row.is_protected === 1,
  isHidden: row.is_hidden === 1,
  tags,
  properties: fromJson<Record<string, string>>(row.properties),
});
