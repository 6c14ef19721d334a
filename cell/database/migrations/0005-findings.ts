import { CREATE_FINDINGS } from '#platform/audit/findings-table.ts';
import type { Migration } from '#platform/database/migrations.ts';

const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** What the auditors found, and guests on hosts that nobody knows. */
export const findings: Migration = {
  name: '0005-findings',
  up: [
    CREATE_FINDINGS,
    `CREATE TABLE IF NOT EXISTS unknown_guests (
    guest_id ${ID} NOT NULL PRIMARY KEY,
    agent_id ${ID} NOT NULL,
    host VARCHAR(255) NOT NULL,
    power VARCHAR(10) NOT NULL,
    seen_at BIGINT NOT NULL,
    KEY unknown_guests_agent (agent_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
