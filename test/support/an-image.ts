import { randomUUID } from 'node:crypto';
import type { ImageRecord } from '#platform/directory/stores/images.ts';

/** An image of 1 KiB that everybody may use. `now`: ISO 8601. */
export const anImage = (now: string, rest: Partial<ImageRecord> = {}): ImageRecord => ({
  id: randomUUID(),
  projectId: 'project',
  name: 'image',
  status: 'active',
  visibility: 'public',
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDiskGb: 0,
  minRamMb: 0,
  isProtected: false,
  isHidden: false,
  sizeBytes: 1_024,
  virtualSizeBytes: null,
  md5: null,
  sha256: '0'.repeat(64),
  expectedHashes: {},
  properties: {},
  uploadId: null,
  blobId: null,
  uploadExpiresAt: 0,
  reservedBytes: 0,
  createdAt: now,
  updatedAt: now,
  version: 1,
  ...rest,
});
