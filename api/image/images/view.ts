import type { ImageRecord } from '#platform/directory/stores/images.ts';

/** Glance writes moments in whole seconds. */
export const glanceTime = (iso: string): string => `${iso.slice(0, 19)}Z`;

export const imageView = (image: ImageRecord, tags: readonly string[]) => ({
  ...image.properties,
  id: image.id,
  name: image.name,
  status: image.status,
  visibility: image.visibility,
  owner: image.projectId,
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  min_disk: image.minDiskGb,
  min_ram: image.minRamMb,
  protected: image.isProtected,
  os_hidden: image.isHidden,
  size: image.sizeBytes,
  virtual_size: image.virtualSizeBytes,
  checksum: image.md5,
  os_hash_algo: image.sha256 === null ? null : 'sha256',
  os_hash_value: image.sha256,
  tags,
  created_at: glanceTime(image.createdAt),
  updated_at: glanceTime(image.updatedAt),
  self: `/v2/images/${image.id}`,
  file: `/v2/images/${image.id}/file`,
  schema: '/v2/schemas/image',
});
