import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** The encrypted password that a guest has posted to the metadata service. */
export const guestPasswords: Migration = {
  name: '0015-guest-passwords',
  up: [
    `CREATE TABLE IF NOT EXISTS guest_passwords (
    instance_uuid CHAR(36) NOT NULL PRIMARY KEY,
    password VARCHAR(1020) NOT NULL
  ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
