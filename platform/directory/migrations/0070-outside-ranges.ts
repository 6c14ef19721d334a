import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Subnets of external networks are made one after the other (stores/outside-ranges.ts). */
export const outsideRanges: Migration = {
  name: '0070-outside-ranges',
  up: [
    `CREATE TABLE IF NOT EXISTS outside_turn (
      id TINYINT NOT NULL PRIMARY KEY
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    'INSERT IGNORE INTO outside_turn (id) VALUES (1)',
  ],
};
