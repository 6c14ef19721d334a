import type { Generated } from 'kysely';

/**
 * Where every instance lives. One row an instance, from the accepting transaction to long after its deletion; it decides.
 *
 * accepted: the build is ours to place; `cell_id` is null. `placing_cell_id` names the cell that may already hold it at `epoch`.
 * `homed`: `cell_id` holds it at `epoch`; the stores say `placed` (stores/homes/home-state.ts).
 * buried: no host was found; `fault` says why; no cell has a guest of it.
 * deleted: gone everywhere; quota and ports are released.
 */
export interface InstanceHomesTable {
  uuid: string;
  project_id: string;
  user_id: string;
  name: string;
  state: 'accepted' | 'homed' | 'buried' | 'deleted';
  cell_id: string | null;
  placing_cell_id: string | null;
  epoch: number;
  /** JSON of InstanceBuild as accepted and changed since, without its user data. */
  build: string;
  /** Base64. Lists leave it out. */
  user_data: Generated<string | null>;
  /** How often the user has changed the build since it was accepted. */
  build_revision: Generated<number>;
  /** JSON of Fault. */
  fault: string | null;
  /** JSON of DecisionRecord: the last decision about the server (decision 0037). Lists leave it out. Null: none, or it is not known. */
  decision: Generated<string | null>;
  /** 1: the user deleted it while it was being placed; whoever records its home deletes it at once. */
  delete_requested: number;
  /** What it holds of the project's quota now. */
  vcpus: number;
  ram_mb: number;
  /** Of the accepted build, as its cell has it; never changes. */
  created_at: string;
  updated_at: string;
  /** null exactly in the states in which it is not deleted. */
  deleted_at: string | null;
  /** The move that handles it. */
  moving_operation_id: Generated<string | null>;
  /** The cell that is to be its home, which was asked, or is about to be, under `moving_epoch`. */
  moving_cell_id: Generated<string | null>;
  moving_epoch: Generated<number | null>;
  /** The highest epoch that a move kept for a cell. */
  epoch_top: Generated<number>;
}

export interface InstanceHomeTables {
  instance_homes: InstanceHomesTable;
}
