import type { Migration } from '../../database/migrations.ts';

/** What a key was first used for, which attempt has it, until when that one is alive, and whether its work was committed. */
export const requestsOfKeys: Migration = {
  name: '0054-requests-of-keys',
  up: [
    'ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS user_id VARCHAR(64) NULL',
    'ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS request_id VARCHAR(64) NULL',
    'ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS request TEXT NULL',
    'ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS alive_at DATETIME(6) NULL',
    'ALTER TABLE idempotency_keys ADD COLUMN IF NOT EXISTS commits INT NOT NULL DEFAULT 0',
  ],
};
