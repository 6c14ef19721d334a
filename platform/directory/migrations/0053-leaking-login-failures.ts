import type { Migration } from '../../database/migrations.ts';

/** Counts of wrong passwords leak, belong to an account, and stay as long as they matter. A row of before is removed as if it had expired. */
export const leakingLoginFailures: Migration = {
  name: '0053-leaking-login-failures',
  up: [
    "ALTER TABLE login_failures ADD COLUMN IF NOT EXISTS account CHAR(64) NOT NULL DEFAULT ''",
    'ALTER TABLE login_failures ADD COLUMN IF NOT EXISTS empty_at BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE login_failures ADD COLUMN IF NOT EXISTS kept_until BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE login_failures ADD INDEX IF NOT EXISTS login_failures_account (account)',
    'ALTER TABLE login_failures ADD INDEX IF NOT EXISTS login_failures_kept (kept_until)',
  ],
};
