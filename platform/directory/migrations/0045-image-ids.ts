import type { Migration } from '../../database/migrations.ts';

/** Every id that an image has or had: whoever still names a deleted image must not boot the bytes of another one. */
export const imageIds: Migration = {
  name: '0045-image-ids',
  up: [
    'CREATE TABLE image_ids (id VARCHAR(36) NOT NULL PRIMARY KEY)',
    'INSERT IGNORE INTO image_ids (id) SELECT id FROM images',
  ],
};
