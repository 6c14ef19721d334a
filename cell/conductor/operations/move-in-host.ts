import { StepRefused, type StepResult, wait } from '#platform/operations/definition.ts';
import { occupant } from '../../database/stores/arriving-instances.ts';
import { lingeringGuest } from '../../database/stores/lingering-guests.ts';
import { writeProgress } from '../../database/stores/moves-in.ts';
import type { CellParts } from '../parts.ts';
import { LOOK_AGAIN_MS, LOOK_SOON_MS } from './cell-operation.ts';
import {
  goElsewhere,
  lookAtMove,
  type MoveInContext,
  type MoveInState,
  plugIfFree,
  portsDesired,
  reaching,
  tellAgents,
  updateMoveIn,
} from './move-in-state.ts';
import { IN_THE_WAY_MS, nextPreparation } from './next-move-in.ts';
import { inLeasedTransaction } from './superseded.ts';

/** Finds a host with a claim and plugged ports, and waits until nothing in the cell is in the way of the instance. */
export async function prepareHost(context: MoveInContext, parts: CellParts): Promise<StepResult> {
  const state = await lookAtMove(context, parts);
  const pending = await untilPlugged(context, parts, state, await whatIsInTheWay(context, parts, state));
  if (pending !== null) return pending;
  return reaching(context, parts, (tx) => updateMoveIn(tx, context, state, { reached: 'prepare' }));
}

/**
 * Null when the current host is up and has plugged the ports of the guest. Otherwise waits for the ports, or goes to the next host.
 * @throws StepRefused when no host is left.
 */
export async function untilPlugged(
  context: MoveInContext,
  parts: CellParts,
  state: MoveInState,
  inTheWay: string | null,
): Promise<StepResult | null> {
  const { host, ports, row, request, guestId } = state;
  context.at(host.name);
  const preparing = { host, ports, portsDesired: portsDesired(state), inTheWay, since: row.changedAt };
  const next = nextPreparation(preparing, context.now);
  switch (next.kind) {
    case 'ready':
      return null;
    case 'elsewhere':
      await goElsewhere(context, parts, state, next.why);
      return wait(LOOK_SOON_MS, 'ports');
    case 'plug':
      await inLeasedTransaction(parts, context, async (tx) => {
        await updateMoveIn(tx, context, state);
        const isAsked = await plugIfFree(tx, request, { guestId, hostId: host.id }, context.now);
        if (isAsked) await writeProgress(tx, row.moveId, {}, context.now);
      });
      await tellAgents(parts, context.subject);
      return wait(LOOK_SOON_MS, 'ports');
    case 'wait':
      await tellAgents(parts, context.subject);
      return wait(inTheWay !== null ? LOOK_SOON_MS : LOOK_AGAIN_MS, next.waitingFor);
  }
}

/**
 * For operators: what is in the way of the instance that is to arrive; null: nothing. It is the row of an earlier move that is not cleared
 * away, or an earlier guest (for example of a build whose answer was lost) that may still run on a host that does not report.
 * @throws StepRefused when the cell has the instance, or when the wait takes too long.
 */
export async function whatIsInTheWay(
  context: MoveInContext,
  { database: { read } }: CellParts,
  { row }: MoveInState,
): Promise<string | null> {
  // The row is read first: a row that goes in between leaves its guest behind.
  const there = await occupant(read, context.subject);
  const guest = await lingeringGuest(read, context.subject);
  const isOther = there !== null && there.operationId !== context.operationId;
  if (isOther && there.presence === 'here') throw new StepRefused('The cell has this instance already.');
  if (!isOther && guest === null) return null;
  if (context.now - row.changedAt > IN_THE_WAY_MS) {
    throw new StepRefused(
      guest === null
        ? 'The rest of an earlier move of this server is still in the cell.'
        : `An earlier guest of this server on host ${guest.hostName} may still run: its agent does not report it.`,
    );
  }
  return guest === null ? 'the rest of an earlier move' : `an earlier guest on host ${guest.hostName}`;
}
