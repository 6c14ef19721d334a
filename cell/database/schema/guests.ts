import type { DesiredPower } from '#platform/objects/guest.ts';

/**
 * A copy of an instance on a host: what is wanted of it, and what its agent found. `settled` is 1 when the agent has said that all
 * of `generation` is so; every change of what is wanted raises the generation and clears it. An agent is not told of a guest
 * before the guest's ports are plugged (no binding of it is present and unsettled), unless it is wanted absent; nor to start one while
 * another copy of the instance is just going (stores/lingering-copies.ts).
 *
 * current: the copy users see. target: being made by a resize. source: the old copy, kept until the resize is confirmed.
 * leaving: wanted absent for good; the row, its claim and its bindings go when the agent says that nothing of it is left.
 * aside: of an instance that is at home elsewhere (schema/aside-instances.ts); it is nobody's copy, and never started again.
 */
export interface GuestsTable {
  id: string;
  instance_uuid: string;
  host_id: string;
  role: 'current' | 'target' | 'source' | 'leaving' | 'aside';
  epoch: number;
  generation: number;
  power: DesiredPower;
  /** 1: it was wanted running at some time, and its agent has not said since that it is stopped or gone: so it may run. */
  was_started: number;
  restarts: number;
  restart_kind: 'soft' | 'hard';
  graceful_stop_ms: number;
  /** JSON of GuestSpec, without `instanceName`. */
  spec: string;
  settled: number;
  /** Nova's number (`POWER_STATE`). */
  found_power: number;
  found_generation: number;
  found_restarts: number;
  progress: number;
  /** JSON of the agent's error for this generation. */
  error: string | null;
  /** Reports with an error since the generation began. */
  errors: number;
  created_at: number;
  /** When the generation began, or the last report came. */
  changed_at: number;
}

export interface GuestTables {
  guests: GuestsTable;
}
