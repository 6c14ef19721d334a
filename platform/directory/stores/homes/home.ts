import type { Selectable } from 'kysely';
import { fromJson, isoTime, isoTimeOrNull } from '../../../database/json-column.ts';
import type { Fault } from '../../../objects/instance.ts';
import type { InstanceBuild } from '../../../objects/instance-build.ts';
import { loadedBuild } from '../../../objects/user-data.ts';
import type { InstanceHomesTable } from '../../schema/instance-homes.ts';
import { type HomeState, homeStateFrom } from './home-state.ts';

/** Where one instance lives; see schema/instance-homes.ts for the states. */
export interface Home {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly state: HomeState;
  readonly cellId: string | null;
  readonly placingCellId: string | null;
  readonly epoch: number;
  /** The move that handles it, with the target cell and the epoch that the move reserved for it. */
  readonly moving: {
    readonly operationId: string;
    readonly cellId: string | null;
    readonly epoch: number | null;
  } | null;
  readonly deleteRequested: boolean;
  /** Why it is buried. */
  readonly fault: Fault | null;
  readonly vcpus: number;
  readonly ramMb: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}
export interface HomeWithBuild extends Home {
  readonly build: InstanceBuild;
  /** How often the user has changed the build since it was accepted (change-build.ts). */
  readonly buildRevision: number;
}

export const HOME_COLUMNS = [
  'uuid',
  'project_id',
  'user_id',
  'name',
  'state',
  'cell_id',
  'placing_cell_id',
  'epoch',
  'moving_operation_id',
  'moving_cell_id',
  'moving_epoch',
  'fault',
  'delete_requested',
  'vcpus',
  'ram_mb',
  'created_at',
  'updated_at',
  'deleted_at',
] as const;

/** What lists read: the build without its user data. */
export const LISTED_COLUMNS = [...HOME_COLUMNS, 'build', 'build_revision'] as const;

type HomeRow = Omit<
  Selectable<InstanceHomesTable>,
  'build' | 'build_revision' | 'user_data' | 'epoch_top' | 'decision'
>;

export const homeFromRow = (row: HomeRow): Home => ({
  uuid: row.uuid,
  projectId: row.project_id,
  userId: row.user_id,
  name: row.name,
  state: homeStateFrom(row.state),
  cellId: row.cell_id,
  placingCellId: row.placing_cell_id,
  epoch: row.epoch,
  moving: movingOf(row),
  deleteRequested: row.delete_requested === 1,
  fault: row.fault === null ? null : fromJson<Fault>(row.fault),
  vcpus: row.vcpus,
  ramMb: row.ram_mb,
  createdAt: isoTime(row.created_at),
  updatedAt: isoTime(row.updated_at),
  deletedAt: isoTimeOrNull(row.deleted_at),
});

export const movingOf = (
  row: Pick<HomeRow, 'moving_operation_id' | 'moving_cell_id' | 'moving_epoch'>,
): Home['moving'] =>
  row.moving_operation_id === null
    ? null
    : { operationId: row.moving_operation_id, cellId: row.moving_cell_id, epoch: row.moving_epoch };

type StoredRow = { readonly build: string; readonly build_revision: number; readonly user_data?: string | null };

export const homeWithBuild = (row: HomeRow & StoredRow): HomeWithBuild => ({
  ...homeFromRow(row),
  buildRevision: row.build_revision,
  build: loadedBuild({ build: row.build, userData: row.user_data ?? null }),
});
