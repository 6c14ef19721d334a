import type { AuditKind } from '../objects/audit-kinds.ts';

/** Differences that count and are not put right; times in ms since the epoch. */
export interface FindingsTable {
  kind: AuditKind;
  subject: string;
  message: string;
  advice: string;
  since: number;
}

/** A database whose auditors leave their findings in it. */
export interface WithFindings {
  findings: FindingsTable;
}

/** Released as part of a migration of each such database. */
export const CREATE_FINDINGS = `CREATE TABLE IF NOT EXISTS findings (
  kind VARCHAR(40) CHARACTER SET ascii NOT NULL,
  subject VARCHAR(128) NOT NULL,
  message TEXT NOT NULL,
  advice TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
