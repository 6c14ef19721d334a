import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** What operators write through the Placement API: traits and resource classes of their own, and the traits that they give to hosts. */
export const placement: Migration = {
  name: '0080-placement',
  up: [
    `CREATE TABLE IF NOT EXISTS custom_traits (
      name VARCHAR(255) NOT NULL PRIMARY KEY
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS custom_resource_classes (
      name VARCHAR(255) NOT NULL PRIMARY KEY
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    `CREATE TABLE IF NOT EXISTS host_traits (
      cell_id CHAR(36) NOT NULL,
      host_name VARCHAR(255) NOT NULL,
      traits TEXT NOT NULL,
      revision INT NOT NULL,
      PRIMARY KEY (cell_id, host_name)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
