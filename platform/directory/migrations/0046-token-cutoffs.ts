import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

/** Tokens stay void after their project is enabled again, or the role is given back. */
export const tokenCutoffs: Migration = {
  name: '0046-token-cutoffs',
  up: [
    `CREATE TABLE IF NOT EXISTS token_cutoffs (
      user_id VARCHAR(64) NOT NULL,
      project_id VARCHAR(64) NOT NULL,
      not_before BIGINT NOT NULL,
      PRIMARY KEY (project_id, user_id),
      KEY token_cutoffs_user (user_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
  ],
};
