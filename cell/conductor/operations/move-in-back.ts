import type { MovedInstance } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { removeArriving } from '../../database/stores/arriving-instances.ts';
import { removeEndedOperations } from '../../database/stores/ended-operations.ts';
import { endMoveIn, lockMoveIn } from '../../database/stores/moves-in.ts';
import type { CellParts } from '../parts.ts';
import { giveUpGuest, type MoveInContext, reaching, tellAgents } from './move-in-state.ts';
import { dropParked } from './parked-delete.ts';

/**
 * The only undo of the operation, in one transaction with its end: removes claim, ports, guest and row, and records the end of the move.
 * It does not wait for agents, because the guest never ran. Its remains and its claim go when the agents answer.
 */
export async function giveEverythingBack(context: MoveInContext, parts: CellParts) {
  const { moveId } = context.params;
  let freed: readonly string[] = [];
  const committed = await reaching(context, parts, async (tx) => {
    freed = [];
    const row = await lockMoveIn(tx, moveId);
    if (row === null || row.operationId !== context.operationId || MOVE_IN.hasEnded(row.reached)) return;
    if (await removeArriving(tx, context.subject, context.operationId)) {
      const log = row.moved === null ? [] : fromJson<MovedInstance>(row.moved).operations;
      await removeEndedOperations(
        tx,
        context.subject,
        log.map((entry) => String(entry.id)),
      );
    }
    await dropParked(tx, context.subject, moveId);
    if (row.guestId !== null) freed = await giveUpGuest(tx, context.subject, row.guestId, context.now);
    await endMoveIn(tx, moveId, 'undone', context.reason, context.now);
  });
  parts.hosts.changed(freed);
  await tellAgents(parts, context.subject);
  return committed;
}
