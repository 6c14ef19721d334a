import type { AuditKind } from '../objects/audit-kinds.ts';

/** A difference that counts and is not repaired; `since` is in ms since the epoch. */
export interface FindingsTable {
  kind: AuditKind;
  subject: string;
  message: string;
  advice: string;
  since: number;
}

/** A database that stores the findings of its auditors. */
export interface WithFindings {
  findings: FindingsTable;
}

/** A migration of each such database includes it, so it never changes. */
export const CREATE_FINDINGS = `CREATE TABLE IF NOT EXISTS findings (
  kind VARCHAR(40) CHARACTER SET ascii NOT NULL,
  subject VARCHAR(128) NOT NULL,
  message TEXT NOT NULL,
  advice TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
