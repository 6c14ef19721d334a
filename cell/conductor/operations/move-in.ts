import { type Static, Type } from 'typebox';
import { MOVE_IN, type MoveInPhase } from '#platform/contracts/moves.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { defineOperation, done, type Step, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { CellParts } from '../parts.ts';
import { arriveHere, reveal, startGuest } from './move-in-arrival.ts';
import { giveEverythingBack } from './move-in-back.ts';
import { fetchDisks } from './move-in-disks.ts';
import { prepareHost } from './move-in-host.ts';
import { lookAtMove } from './move-in-state.ts';

/** The row of `moves_in` says all else. `label`: the name in the action log. */
const Params = Type.Object({ moveId: Uuid, label: Type.Literal('migrate') });
export type MoveInParams = Static<typeof Params>;
type MoveInStep = Step<MoveInParams, CellParts, CellTx>;

const LOOK_AGAIN_MS = 3_000;

const WITH_PREPARE = { reason: 'The undo of `prepare` gives back all there is, in one transaction.' };
const NOTHING = { reason: 'It only waits for the move.' };
const FORWARD = { reason: 'The home is here: there is only the way forward.' };

const prepare: MoveInStep = { name: 'prepare', do: prepareHost, undo: giveEverythingBack };
const awaitTransfer: MoveInStep = {
  name: 'await-copy',
  do: awaitRequest('copy', 'source'),
  undo: NOTHING,
};
const transferDisks: MoveInStep = { name: 'copy-disks', do: fetchDisks, undo: WITH_PREPARE };
const awaitArrival: MoveInStep = { name: 'await-arrival', do: awaitRequest('arrive', 'moved'), undo: NOTHING };
const arrive: MoveInStep = { name: 'arrive', do: arriveHere, undo: WITH_PREPARE };
/** `start` is ordered when the directory names this cell, and an abort is refused from then on. */
const awaitStart: MoveInStep = {
  name: 'await-start',
  do: awaitRequest('start', null),
  undo: NOTHING,
  pointOfNoReturn: true,
};

/**
 * The target's part of a move between cells (decision 0005). The door made claim, ports and this operation in one transaction; what comes
 * after goes as far as the move lets it.
 */
export const moveIn = defineOperation<typeof Params, CellParts, CellTx>({
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

/** @param brings what comes with the order, and has to be there too. */
function awaitRequest(phase: MoveInPhase, brings: 'source' | 'moved' | null): MoveInStep['do'] {
  return async (context, parts) => {
    const { row } = await lookAtMove(context, parts);
    const requested = MOVE_IN.allows(row.requested, phase) && (brings === null || row[brings] !== null);
    return requested ? done() : wait(LOOK_AGAIN_MS, `the move to order ${phase}`);
  };
}
