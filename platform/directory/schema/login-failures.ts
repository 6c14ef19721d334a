/** What wrong passwords of a subject have come to. Times in ms since the epoch. */
interface LoginFailuresTable {
  /** A keyed hash, hex. */
  subject: string;
  /** A keyed hash, hex, of the user or credential that the subject is about; empty for an address. */
  account: string;
  /** When the last count of the subject has leaked away. */
  empty_at: number;
  /** Wrong passwords in a row, of the subject of a lock-out; 0 of all others. */
  failures: number;
  /** The end of a lock-out; 0: none. */
  blocked_until: number;
  changed_at: number;
  /** The row may be removed after that, when nothing else in it lasts. */
  kept_until: number;
}

export interface LoginFailureTables {
  login_failures: LoginFailuresTable;
}
