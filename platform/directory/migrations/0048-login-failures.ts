import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Wrong passwords, counted for a user, an address, and both together. The subject is a hash: names that people mistype are nobody's business. */
export const loginFailures: Migration = {
  name: '0048-login-failures',
  up: [
    `CREATE TABLE IF NOT EXISTS login_failures (
      subject CHAR(64) NOT NULL PRIMARY KEY,
      failures INT NOT NULL,
      blocked_until BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      KEY login_failures_changed (changed_at)
    ) ${EXACT_TEXT}`,
  ],
};
