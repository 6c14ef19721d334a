import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

export const schedulingGeneration: Migration = {
  name: '0042-scheduling-generation',
  up: [
    `CREATE TABLE IF NOT EXISTS scheduling_generation (
  id TINYINT NOT NULL PRIMARY KEY,
  generation BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
