import type { MoveInStatus, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import type { MoveInPhase, MoveOutPhase } from '#platform/contracts/moves.ts';

/**
 * The cell's side of a move between cells, one row for each move; platform/contracts/moves.ts has the phases. `ordered` is the requested
 * phase: how far the global tier allows the cell's operation to go. `reached` is how far the operation has come. Only the operation writes
 * `reached`; only calls of the door write `ordered` and `token` (the highest lease token of the move's worker that was seen). A row stays a
 * day after the end, so that repeated requests get the same answer, and a `begin` that arrives after its own abort finds the move over.
 */
export interface MovesOutTable {
  move_id: string;
  instance_uuid: string;
  /** The epoch of the instance in this cell. */
  epoch: number;
  /** The operation `moveOut`; null: aborted before it began. */
  operation_id: string | null;
  ordered: MoveOutPhase | 'abort';
  reached: MoveOutStatus['reached'];
  token: number;
  /** 1: a user deleted the instance while it was fenced. */
  delete_requested: number;
  /** 1: the guest is quarantined when the instance has left. */
  keep_aside: number;
  message: string | null;
  changed_at: number;
}

export interface MovesInTable {
  move_id: string;
  instance_uuid: string;
  /** The epoch that the directory has reserved for this cell. */
  epoch: number;
  /** The operation `moveIn`; null: aborted before it began. */
  operation_id: string | null;
  ordered: MoveInPhase | 'abort';
  reached: MoveInStatus['reached'];
  token: number;
  host_id: string | null;
  guest_id: string | null;
  message: string | null;
  /** JSON of MoveInRequest. */
  instance: string | null;
  /** JSON of DiskSource. */
  source: string | null;
  /** JSON of MovedInstance, until the move is over. */
  moved: string | null;
  changed_at: number;
}

export interface MoveTables {
  moves_out: MovesOutTable;
  moves_in: MovesInTable;
}
