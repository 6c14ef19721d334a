import { stepOutputs } from './step-outputs.ts';

/**
 * The phases of a move between cells (super-conductor/operations/move-server.ts), in their order, for each of the two cells that take part.
 * The move orders its cells phase by phase; an operation of the cell (`moveOut`, `moveIn`) goes as far as it is ordered and records what
 * it has reached. The calls are in door-moves.ts.
 */
interface MovePart<Phase extends string, Milestone extends string, Last extends Phase> {
  /** The phases that can be requested, in order, apart from `abort`. */
  readonly phases: readonly Phase[];
  /** What can be reached, in order. undone: after an abort, and also when the operation went back by itself. gone: nothing is here. */
  readonly reachable: readonly ['none', ...Milestone[], 'undone', 'gone'];
  /** After these nothing more happens in this cell for the move. */
  readonly ends: readonly (Last | 'undone' | 'gone')[];

  hasEnded(reached: Reached<Milestone>): boolean;
  /** It has given its part up, or never had one: the move cannot go forward here. */
  hasGivenUp(reached: Reached<Milestone>): boolean;
  /** False for what has been given up. */
  hasReached(reached: Reached<Milestone>, phase: Phase): boolean;
  /** Whether the operation may go on to `phase`. After an abort it may go nowhere. */
  allows(requested: Phase | 'abort', phase: Phase): boolean;
  /** Nothing is left to be done for this order: it is reached, or the part has ended. */
  isCarriedOut(reached: Reached<Milestone>, order: Phase | 'abort'): boolean;
  /** The requested phase after another request came: never less than before; an abort is final, and too late after the last phase. */
  requestedAfter(requested: Phase | 'abort', order: Phase | 'abort'): Phase | 'abort';
}

type Reached<Milestone extends string> = 'none' | Milestone | 'undone' | 'gone';

function movePart<Phase extends Milestone, Milestone extends string, Last extends Phase>(
  phases: readonly Phase[],
  milestones: readonly Milestone[],
  last: Last,
): MovePart<Phase, Milestone, Last> {
  const ends = [last, 'undone', 'gone'] as const;
  const order: readonly string[] = ['none', ...milestones];
  const hasEnded = (reached: string): boolean => ends.some((end) => end === reached);
  const rank = (phase: Phase | 'abort'): number => (phase === 'abort' ? -1 : phases.indexOf(phase));
  const hasReached = (reached: string, phase: Phase): boolean => order.indexOf(reached) >= order.indexOf(phase);
  return {
    phases,
    reachable: ['none', ...milestones, 'undone', 'gone'],
    ends,
    hasEnded,
    hasGivenUp: (reached) => reached === 'undone' || reached === 'gone',
    hasReached,
    allows: (requested, phase) => rank(requested) >= rank(phase),
    isCarriedOut: (reached, phase) => hasEnded(reached) || (phase !== 'abort' && hasReached(reached, phase)),
    requestedAfter: (requested, next) => {
      if (requested === 'abort' || requested === last) return requested;
      return next === 'abort' || rank(next) > rank(requested) ? next : requested;
    },
  };
}

/**
 * begin: nobody else acts on the instance. stop: its guest is shut down and its disks can be read. fence: nothing changes in the instance
 * any more and its guest cannot be started here; a delete is recorded and answered. release: the home is elsewhere; everything here
 * goes. abort: as it was before `begin`, running again if it was; not after `release`.
 */
const MOVE_OUT_PHASES = ['begin', 'stop', 'fence', 'release'] as const;
export const MOVE_OUT = movePart(MOVE_OUT_PHASES, MOVE_OUT_PHASES, 'release');
export type MoveOutPhase = (typeof MOVE_OUT_PHASES)[number];

/**
 * `prepare`: claim, ports and networks are there on a host. `copy`: the disks are there, checked. `arrive`: the instance's row is there
 * and answers, but is in no list, and its guest does not run. `start`: it is in lists, and its guest is as it was before. Until `start` an
 * abort leaves nothing; `start` is requested only once the directory names this cell as home. On the way to it `revealed` is reached: the
 * instance is in lists already, and its guest is being started.
 */
export const MOVE_IN = movePart(
  ['prepare', 'copy', 'arrive', 'start'],
  ['prepare', 'copy', 'arrive', 'revealed', 'start'],
  'start',
);
export type MoveInPhase = (typeof MOVE_IN.phases)[number];

/** The steps of the move itself, in order: what its history names, for those who show moves. `hand-over` is the point of no return. */
export const MOVE_STEPS = [
  'begin',
  'place',
  'prepare',
  'stop',
  'copy',
  'fence',
  'arrive',
  'hand-over',
  'start',
  'carry-delete',
  'release',
] as const;
export type MoveStepName = (typeof MOVE_STEPS)[number];

/** What steps of a move leave behind for the steps after them, and for those who show the move. */
interface MoveOutputs {
  /** The epoch that the directory keeps for the target, and what the server was, and is to be again. */
  readonly place: { readonly epoch: number; readonly before: 'active' | 'stopped' };
  /** Why the guest could not be started in the target; null: it was. */
  readonly start: { readonly trouble: string | null };
}

export const MOVE_OUTPUTS = stepOutputs<MoveOutputs>();
