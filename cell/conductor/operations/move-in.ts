import { type Static, Type } from 'typebox';
import { MOVE_IN, type MoveInPhase } from '#platform/contracts/moves.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { done, wait } from '#platform/operations/definition.ts';
import { type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { arriveHere, reveal, startGuest } from './move-in-arrival.ts';
import { giveEverythingBack } from './move-in-back.ts';
import { fetchDisks } from './move-in-disks.ts';
import { prepareHost } from './move-in-host.ts';
import { lookAtMove } from './move-in-state.ts';

/** The row in `moves_in` has everything else. `label`: the name in the action log. */
const Params = Type.Object({ moveId: Uuid, label: Type.Literal('migrate') });
export type MoveInParams = Static<typeof Params>;
type MoveInStep = CellStep<MoveInParams>;

const WITH_PREPARE = { reason: 'The undo of `prepare` removes everything in one transaction.' };
const NOTHING = { reason: 'The step only waits for the move.' };
const FORWARD = { reason: 'The instance lives in this cell now, so the operation only goes forward.' };

const prepare: MoveInStep = { name: 'prepare', do: prepareHost, undo: giveEverythingBack };
const awaitTransfer: MoveInStep = {
  name: 'await-copy',
  do: awaitRequest('copy', 'source'),
  undo: NOTHING,
};
const transferDisks: MoveInStep = { name: 'copy-disks', do: fetchDisks, undo: WITH_PREPARE };
const awaitArrival: MoveInStep = { name: 'await-arrival', do: awaitRequest('arrive', 'moved'), undo: NOTHING };
const arrive: MoveInStep = { name: 'arrive', do: arriveHere, undo: WITH_PREPARE };
/** The move requests `start` once the directory names this cell; from then on an abort is refused. */
const awaitStart: MoveInStep = {
  name: 'await-start',
  do: awaitRequest('start', null),
  undo: NOTHING,
  pointOfNoReturn: true,
};

/**
 * The target cell's side of a move (decision 0005). The door created claim, ports and this operation in one transaction. The operation
 * goes on as far as the requested phase allows.
 */
export const moveIn = defineCellOperation({
  kind: 'moveIn',
  params: Params,
  deadline: { ms: 86_400_000, policy: 'forward' },
  follows: ({ moveId }) => moveId,
  steps: [
    prepare,
    awaitTransfer,
    transferDisks,
    awaitArrival,
    arrive,
    awaitStart,
    { name: 'reveal', do: reveal, undo: FORWARD },
    { name: 'start-guest', do: startGuest, undo: FORWARD },
  ],
});

/** @param brings the member of the row that the request for this phase carries; the step waits for it too. */
function awaitRequest(phase: MoveInPhase, brings: 'source' | 'moved' | null): MoveInStep['do'] {
  return async (context, parts) => {
    const { row } = await lookAtMove(context, parts);
    const requested = MOVE_IN.allows(row.requested, phase) && (brings === null || row[brings] !== null);
    return requested ? done() : wait(LOOK_AGAIN_MS, `the move to request the phase '${phase}'`);
  };
}
