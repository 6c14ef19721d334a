/** How often a subject of log-ins failed lately. Times in ms since the epoch. */
interface LoginFailuresTable {
  /** SHA-256, hex. */
  subject: string;
  failures: number;
  /** Log-ins of the subject are refused until then; 0: they are not. */
  blocked_until: number;
  changed_at: number;
}

export interface LoginFailureTables {
  login_failures: LoginFailuresTable;
}
