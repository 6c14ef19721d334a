import type { HomeState } from './home-state.ts';

/** The columns that say where an instance lives. They change by a transition, and by nothing else. */
export type PlaceColumn =
  | 'cell_id'
  | 'placing_cell_id'
  | 'epoch'
  | 'epoch_top'
  | 'moving_operation_id'
  | 'moving_cell_id'
  | 'moving_epoch'
  | 'fault'
  | 'decision'
  | 'delete_requested'
  | 'deleted_at';

export interface HomeTransition {
  /** In any other state the transition writes nothing. */
  readonly from: readonly HomeState[];
  /** null: the state stays as it is. */
  readonly to: HomeState | null;
  /** The columns that it sets in addition to `state` and `updated_at`: all of them, each time. */
  readonly sets: readonly PlaceColumn[];
  /** What the same transaction writes to other tables. */
  readonly alsoWrites: readonly OtherWrite[];
  readonly by: readonly ('api' | 'super-conductor')[];
}

type OtherWrite = 'operation' | 'orphaned placement' | 'quota' | 'ports' | 'server group' | 'quota reservations';

const EVERY_STATE = ['accepted', 'placed', 'buried', 'deleted'] as const;

/**
 * Every way in which a home changes after it was accepted; `transition` (transition.ts) is the only writer and obeys this table.
 *
 * An epoch belongs to one cell. It is raised whenever another cell is asked, so a guest that a lost answer left behind is known by its
 * lower epoch. A row begins as accepted with epoch 1 (`acceptBuilds`, the API) and is dropped long after it was deleted
 * (`purgeDeletedHomes`, the super-conductor).
 */
export const HOME_TRANSITIONS = {
  /** A cell is about to be asked: `beginPlacing`, and `beginPlacingElsewhere`, which also records the cell that it leaves. */
  place: {
    from: ['accepted'],
    to: 'accepted',
    sets: ['epoch', 'placing_cell_id', 'decision'],
    alsoWrites: ['orphaned placement'],
    by: ['super-conductor'],
  },
  /** The cell has it: `recordHome`. */
  record: {
    from: ['accepted'],
    to: 'placed',
    sets: ['cell_id', 'placing_cell_id'],
    alsoWrites: [],
    by: ['super-conductor'],
  },
  /** No cell takes it: `giveUpHome`. */
  bury: {
    from: ['accepted'],
    to: 'buried',
    sets: ['fault', 'placing_cell_id', 'decision'],
    alsoWrites: ['orphaned placement', 'quota reservations'],
    by: ['super-conductor'],
  },
  /** The build failed in its cell and is tried elsewhere: `reopenHome`. */
  reopen: {
    from: ['placed'],
    to: 'accepted',
    sets: ['cell_id', 'placing_cell_id', 'epoch'],
    alsoWrites: ['orphaned placement', 'operation', 'ports'],
    by: ['super-conductor'],
  },
  /** The user deletes it while a cell is being asked; who records its home deletes it: `requestDelete`. */
  requestDelete: {
    from: ['accepted'],
    to: 'accepted',
    sets: ['delete_requested'],
    alsoWrites: [],
    by: ['api', 'super-conductor'],
  },
  /** No cell has it any more, or none ever had: `endHome`. */
  end: {
    from: ['accepted', 'placed', 'buried'],
    to: 'deleted',
    sets: ['deleted_at', 'placing_cell_id'],
    alsoWrites: ['quota', 'ports', 'server group', 'quota reservations'],
    by: ['api', 'super-conductor'],
  },
  /** The scheduler was asked about a server that its cell has: `recordDecision`. */
  decide: {
    from: ['placed'],
    to: null,
    sets: ['decision'],
    alsoWrites: [],
    by: ['api'],
  },
  /** A move begins to handle it: `acceptMove`. */
  beginMove: {
    from: ['placed'],
    to: 'placed',
    sets: ['moving_operation_id', 'decision'],
    alsoWrites: ['operation'],
    by: ['api'],
  },
  /** The move reserves an epoch for the cell that it asks next: `reserveTarget`. A cell tells the move that its server was deleted. */
  reserveTarget: {
    from: EVERY_STATE,
    to: null,
    sets: ['moving_cell_id', 'moving_epoch', 'epoch_top'],
    alsoWrites: [],
    by: ['super-conductor'],
  },
  /** The point of no return of a move: `handOverHome`. */
  handOver: {
    from: ['placed'],
    to: 'placed',
    sets: ['cell_id', 'epoch'],
    alsoWrites: ['ports'],
    by: ['super-conductor'],
  },
  /** The move is over, however it ended and whatever became of the server meanwhile: `closeMove`. */
  endMove: {
    from: EVERY_STATE,
    to: null,
    sets: ['moving_operation_id', 'moving_cell_id', 'moving_epoch'],
    alsoWrites: [],
    by: ['super-conductor'],
  },
} as const satisfies Readonly<Record<string, HomeTransition>>;

export type TransitionName = keyof typeof HOME_TRANSITIONS;
