import type { DesiredPower } from '#platform/objects/guest.ts';

/**
 * A guest of an instance on a host: its desired and its observed state. `settled` is 1 when the agent has reported that the desired state
 * of `generation` is reached; every change of the desired state raises the generation and clears it. An agent learns of a guest once the
 * guest's ports are plugged (no binding of it is present and unsettled), or when it is to be absent. It is not told to start a guest while
 * another guest of the instance is being removed (stores/lingering-guests.ts).
 *
 * Roles. current: the guest that users see. target: a resize or a move is creating it. source: the old guest, kept until the resize is
 * confirmed. leaving: absent for good; the row, its claim and its bindings go when the agent reports that nothing of it is left. The last
 * role is for guests of a quarantined instance (schema/quarantined-instances.ts), which are never started again.
 */
export interface GuestsTable {
  id: string;
  instance_uuid: string;
  host_id: string;
  role: 'current' | 'target' | 'source' | 'leaving' | 'aside';
  epoch: number;
  generation: number;
  power: DesiredPower;
  /** 1: it may run: its desired power was running at some time, and its agent has not reported since that it is stopped or gone. */
  was_started: number;
  restarts: number;
  restart_kind: 'soft' | 'hard';
  graceful_stop_ms: number;
  /** JSON of GuestSpec, without `instanceName`. */
  spec: string;
  /** JSON of GuestParts; null: `NO_PARTS`. */
  parts: string | null;
  settled: number;
  /** Nova's number (`POWER_STATE`). */
  found_power: number;
  found_generation: number;
  found_restarts: number;
  /** JSON of ObservedParts; null: the agent has not reported any. */
  observed_parts: string | null;
  progress: number;
  /** JSON of the agent's error for this generation. */
  error: string | null;
  /** Reports with an error since the generation began. */
  errors: number;
  created_at: number;
  /** When the generation began or the last report came, whichever is later. */
  changed_at: number;
}

export interface GuestTables {
  guests: GuestsTable;
}
