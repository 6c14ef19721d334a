import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView, Snapshot } from '../snapshot.ts';

/** Null: no objection. Otherwise the reason, a sentence that users are shown, the same for all hosts refused for the same thing. */
export type Question = (host: HostView) => string | null;

export interface Filter {
  readonly name: string;
  /** What is asked of every host for this request; null when this filter minds no host. Pure. */
  readonly question: (request: SchedulingRequest, snapshot: Snapshot) => Question | null;
}
