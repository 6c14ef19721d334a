import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** The images that the API has made for servers. */
export const serverImages: Migration = {
  name: '0056-server-images',
  up: [
    `CREATE TABLE IF NOT EXISTS server_images (
      image_id VARCHAR(36) NOT NULL PRIMARY KEY,
      instance_uuid VARCHAR(36) NOT NULL,
      kind VARCHAR(20) NOT NULL,
      rotation INT NULL,
      created_at DATETIME(6) NOT NULL,
      KEY server_images_instance (instance_uuid, kind, created_at)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
