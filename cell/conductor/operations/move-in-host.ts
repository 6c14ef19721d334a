import { StepRefused, type StepResult, wait } from '#platform/operations/definition.ts';
import { occupant } from '../../database/stores/arriving-instances.ts';
import type { CellParts } from '../parts.ts';
import {
  goElsewhere,
  keepInHand,
  lookAtMove,
  type MoveInContext,
  type MoveInHand,
  plugIfFree,
  portsWanted,
  reaching,
  tellAgents,
} from './move-in-places.ts';
import { nextPreparation } from './next-move-in.ts';
import { beside } from './superseded.ts';

const LOOK_AGAIN_MS = 3_000;
/** While it waits for what wakes nobody. */
const LOOK_SOON_MS = 500;
/** How long something of an earlier copy may stay in the way, ms. */
const OCCUPIED_MS = 600_000;

/** A host with claim and plugged ports, and nothing in the way of the instance. */
export async function prepareHost(context: MoveInContext, parts: CellParts): Promise<StepResult> {
  const hand = await lookAtMove(context, parts);
  const pending = await untilPlugged(context, parts, hand, await isOccupied(context, parts, hand));
  if (pending !== null) return pending;
  return reaching(context, parts, (tx) => keepInHand(tx, context, hand, { reached: 'prepare' }));
}

/**
 * Null when the host in hand is up and has the ports of the copy; else what was asked for is waited for, or the next host is in hand.
 * @throws StepRefused when no host is left.
 */
export async function untilPlugged(
  context: MoveInContext,
  parts: CellParts,
  hand: MoveInHand,
  occupied: boolean,
): Promise<StepResult | null> {
  const { host, ports, row, order, guestId } = hand;
  context.at(host.name);
  const preparing = { host, ports, portsWanted: portsWanted(hand), occupied, since: row.changed_at };
  const next = nextPreparation(preparing, context.now);
  switch (next.kind) {
    case 'ready':
      return null;
    case 'elsewhere':
      await goElsewhere(context, parts, hand, next.why);
      return wait(LOOK_SOON_MS, 'ports');
    case 'plug':
      await beside(parts, context, async (tx) => {
        await keepInHand(tx, context, hand);
        await plugIfFree(tx, order, { guestId, hostId: host.id }, context.now);
      });
      await tellAgents(parts, context.subject);
      return wait(LOOK_SOON_MS, 'ports');
    case 'wait':
      await tellAgents(parts, context.subject);
      return wait(occupied ? LOOK_SOON_MS : LOOK_AGAIN_MS, next.waitingFor);
  }
}

/**
 * Whether a row of the instance is in the way of the one that is to arrive: of a move out of this cell, or into it, that is not cleared away.
 * @throws StepRefused when it is no such row, or stays too long.
 */
async function isOccupied(context: MoveInContext, parts: CellParts, { row }: MoveInHand): Promise<boolean> {
  const there = await occupant(parts.database.read, context.subject);
  if (there === null || there.operation_id === context.operationId) return false;
  if (there.presence === 'here') throw new StepRefused('The cell has this instance already.');
  if (context.now - row.changed_at > OCCUPIED_MS)
    throw new StepRefused('What an earlier move left of this instance is still in the cell.');
  return true;
}
