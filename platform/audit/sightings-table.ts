import { EXACT_TEXT } from '../database/exact-text.ts';
import type { AuditKind } from '../objects/audit-kinds.ts';

/** Something wrong that a process noticed while it worked, and that no auditor can see in the records afterwards. */
export interface SightingsTable {
  kind: AuditKind;
  subject: string;
  message: string;
  advice: string;
  /** ms since the epoch. */
  first_at: number;
  last_at: number;
}

export interface WithSightings {
  sightings: SightingsTable;
}

/** A migration of each such database includes it, so it never changes. */
export const CREATE_SIGHTINGS = `CREATE TABLE IF NOT EXISTS sightings (
  kind VARCHAR(40) NOT NULL,
  subject VARCHAR(128) NOT NULL,
  message TEXT NOT NULL,
  advice TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (kind, subject),
  KEY sightings_last (last_at)
) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`;
