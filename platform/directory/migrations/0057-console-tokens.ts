import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Tokens that open a console, by their SHA-256. */
export const consoleTokens: Migration = {
  name: '0057-console-tokens',
  up: [
    `CREATE TABLE IF NOT EXISTS console_tokens (
      token_hash CHAR(64) NOT NULL PRIMARY KEY,
      instance_uuid CHAR(36) NOT NULL,
      cell_id CHAR(36) NOT NULL,
      epoch INT NOT NULL,
      guest_id CHAR(36) NOT NULL,
      host VARCHAR(255) NOT NULL,
      type VARCHAR(16) NOT NULL,
      project_id VARCHAR(64) NOT NULL,
      user_id VARCHAR(64) NOT NULL,
      user_project_id VARCHAR(64) NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      KEY console_tokens_instance (instance_uuid, created_at),
      KEY console_tokens_expiry (expires_at)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
