import type { MoveInStatus, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import type { MoveInPhase, MoveOutPhase } from '#platform/contracts/moves.ts';

/**
 * The cell's part of a move between cells, one row a move; see platform/contracts/moves.ts for the phases. `ordered` is how far the
 * move's saga lets the cell's operation go, `reached` how far that has come; only the operation writes `reached`, only calls of the door
 * write `ordered` and `token` (the highest lease token of the saga's worker seen). A row stays a day after the end, so that repeated
 * questions get the same answer, and so that a `begin` that comes after its own abort finds that it is over.
 */
export interface MovesOutTable {
  move_id: string;
  instance_uuid: string;
  /** At which it is at home here. */
  epoch: number;
  /** The operation `moveOut`; null: aborted before it began. */
  operation_id: string | null;
  ordered: MoveOutPhase | 'abort';
  reached: MoveOutStatus['reached'];
  token: number;
  /** 1: deleted by a user while it was fenced. */
  delete_requested: number;
  /** 1: what is here is kept aside when the instance has left. */
  keep_aside: number;
  message: string | null;
  changed_at: number;
}

export interface MovesInTable {
  move_id: string;
  instance_uuid: string;
  /** The one that the directory keeps for this cell. */
  epoch: number;
  /** The operation `moveIn`; null: aborted before it began. */
  operation_id: string | null;
  ordered: MoveInPhase | 'abort';
  reached: MoveInStatus['reached'];
  token: number;
  host_id: string | null;
  guest_id: string | null;
  message: string | null;
  /** JSON of the order (MoveInOrder). */
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
