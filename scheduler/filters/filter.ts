import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView, Snapshot } from '../snapshot.ts';

/** Returns null if the host passes, otherwise the reason, which users see. Hosts that fail for the same reason return the same text. */
type Question = (host: HostView) => string | null;

export interface Filter {
  readonly name: string;
  /** The check that each host must pass for this request; null when the request needs no check. Pure. */
  readonly question: (request: SchedulingRequest, snapshot: Snapshot) => Question | null;
}
