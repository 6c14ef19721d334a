import type { Caller } from '../identity/caller.ts';

/** The owner of what a call is about. Absent members are the caller's own. */
export interface PolicyTarget {
  readonly projectId?: string;
  readonly userId?: string;
}

/** A check, compiled once. */
export interface Check {
  readonly allows: (caller: Caller, target: PolicyTarget) => boolean;
  /** Whether there is any target for which the caller passes. When false, nothing needs to be read to refuse a request. */
  readonly mayAllow: (caller: Caller) => boolean;
}
