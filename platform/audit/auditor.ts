import type { AuditKind } from '../objects/audit-kinds.ts';

/** Records that do not agree. Kind and subject identify a difference; another message means that it has changed. */
export interface Difference {
  readonly kind: AuditKind;
  /** The id of the record that differs, or another name for it. */
  readonly subject: string;
  readonly message: string;
  /** What an operator can do. */
  readonly advice: string;
  /**
   * Repairs the difference, where that is safe: looks again and repairs in one transaction. False: nothing was done, because the difference
   * does not exist any more, or an operation handles the record. Absent: the difference is only shown.
   */
  readonly repair?: () => Promise<boolean>;
}

/** Compares records. It takes no input, and returns every difference that it sees, even if that may be temporary. */
export interface Auditor {
  /** All kinds that it may return. */
  readonly kinds: readonly AuditKind[];
  /** A difference counts once it has stayed unchanged for so long, ms; 0: at once. */
  readonly settleMs: number;
  /** The minimum time between two looks of an expensive auditor, ms. */
  readonly everyMs?: number;
  look(): Promise<readonly Difference[]>;
}
