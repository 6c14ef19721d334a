import type { Migration } from '../../database/migrations.ts';

/** Each upload has an id, under which its bytes are stored; the image names the one whose bytes count. */
export const imageUploads: Migration = {
  name: '0051-image-uploads',
  up: [
    'ALTER TABLE images ADD COLUMN IF NOT EXISTS upload_id VARCHAR(36) NULL',
    'ALTER TABLE images ADD COLUMN IF NOT EXISTS blob_id VARCHAR(36) NULL',
    'ALTER TABLE images ADD KEY IF NOT EXISTS images_uploads (status, upload_expires_at)',
  ],
};
