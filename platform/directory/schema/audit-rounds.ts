/** One row: when the auditors of the global tier last went round, ms since the epoch. */
interface AuditRoundsTable {
  id: 1;
  ended_at: number;
}

export interface AuditRoundTables {
  audit_rounds: AuditRoundsTable;
}
