import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Limits of projects, and what uploads in progress have reserved. */
export const imageQuotas: Migration = {
  name: '0049-image-quotas',
  up: [
    `CREATE TABLE IF NOT EXISTS image_quotas (
      project_id VARCHAR(64) NOT NULL,
      resource VARCHAR(40) NOT NULL,
      hard_limit BIGINT NOT NULL,
      PRIMARY KEY (project_id, resource)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'ALTER TABLE images ADD COLUMN IF NOT EXISTS reserved_bytes BIGINT NOT NULL DEFAULT 0',
  ],
};
