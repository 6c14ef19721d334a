import { randomUUID } from 'node:crypto';
import type { ImageRow } from '#platform/directory/stores/images.ts';

/** An image of 1 KiB that everybody may use. `now`: as SQL stores a moment. */
export const anImageRow = (now: string, rest: Partial<ImageRow> = {}): ImageRow => ({
  id: randomUUID(),
  project_id: 'project',
  name: 'image',
  status: 'active',
  visibility: 'public',
  disk_format: 'raw',
  container_format: 'bare',
  min_disk_gb: 0,
  min_ram_mb: 0,
  is_protected: 0,
  is_hidden: 0,
  size_bytes: 1_024,
  virtual_size_bytes: null,
  md5: null,
  sha256: '0'.repeat(64),
  expected_hashes: '{}',
  properties: '{}',
  upload_expires_at: 0,
  created_at: now,
  updated_at: now,
  version: 1,
  ...rest,
});
