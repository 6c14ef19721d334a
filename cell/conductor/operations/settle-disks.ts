import { StepRefused, wait } from '#platform/operations/definition.ts';
import { operatedGuest } from '../../database/stores/operated-guest.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, LOOK_AGAIN_MS } from './cell-operation.ts';
import { troubleOf } from './guest-trouble.ts';
import { superseded } from './superseded.ts';

/**
 * Waits until the guest has the disks that were committed with the operation; null: it has.
 * @throws StepRefused with the agent's words when it cannot.
 */
export async function untilDisksSettled(context: CellContext<unknown>, parts: CellParts, what: string) {
  const guest = await operatedGuest(parts.database.read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  if (guest.settled) return null;
  const trouble = troubleOf(guest);
  if (trouble !== null) throw new StepRefused(trouble);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  return wait(LOOK_AGAIN_MS, `host ${guest.hostName} to ${what}`);
}
