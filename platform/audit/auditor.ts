import type { AuditKind } from '../objects/audit-kinds.ts';

/** Something that is not as it should be. The same one is recognised by kind and subject; another message means that it has changed. */
export interface Difference {
  readonly kind: AuditKind;
  /** An id, or what the difference is about. */
  readonly subject: string;
  readonly message: string;
  /** What an operator can do. */
  readonly advice: string;
  /**
   * Puts it right, where that is safe: looks again and repairs in one transaction. False: it is not there any more, or somebody works at
   * it, and nothing was done. Without it the difference is only shown.
   */
  readonly repair?: () => Promise<boolean>;
}

/** Compares; takes no input; says everything it finds, also what may be only on its way. */
export interface Auditor {
  /** All that it may find. */
  readonly kinds: readonly AuditKind[];
  /** A difference counts once it was there unchanged for so long, ms; 0: at once. */
  readonly settleMs: number;
  /** For those that cost more: it does not look more often, ms. */
  readonly everyMs?: number;
  look(): Promise<readonly Difference[]>;
}
