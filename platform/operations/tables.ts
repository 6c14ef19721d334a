import type { Generated } from 'kysely';
import type { OperationState } from '../objects/operation.ts';

/** The table every database that holds operations has; times in ms since the epoch. */
export interface OperationsTable {
  id: string;
  kind: string;
  subject: string;
  state: OperationState;
  step_index: number;
  attempt: number;
  params: string;
  outputs: string;
  history: string;
  message: string | null;
  wake_at: number;
  signals: Generated<number>;
  lease_owner: string | null;
  lease_token: number;
  lease_expires_at: number;
  deadline_at: number;
  request_id: string;
  user_id: string | null;
  project_id: string | null;
  created_at: number;
  updated_at: number;
  finished_at: number | null;
}

/** A database with an operations table. */
export interface WithOperations {
  operations: OperationsTable;
}

/** Released as part of a migration of each such database; a change is a new statement in a new migration. */
export const CREATE_OPERATIONS = `CREATE TABLE IF NOT EXISTS operations (
  id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  kind VARCHAR(40) CHARACTER SET ascii NOT NULL,
  subject VARCHAR(64) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii NOT NULL,
  step_index INT NOT NULL,
  attempt INT NOT NULL,
  params MEDIUMTEXT NOT NULL,
  outputs MEDIUMTEXT NOT NULL,
  history MEDIUMTEXT NOT NULL,
  message TEXT NULL,
  wake_at BIGINT NOT NULL,
  signals INT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(80) NULL,
  lease_token BIGINT NOT NULL,
  lease_expires_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  request_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
  user_id VARCHAR(64) NULL,
  project_id VARCHAR(64) NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT NULL,
  KEY operations_due (finished_at, wake_at),
  KEY operations_subject (subject, created_at),
  KEY operations_state (state, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
