import type { DiskSource, MovedInstance, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { passwordOf } from '../../database/stores/guest-passwords.ts';
import { findInstance, toInstance } from '../../database/stores/instances.ts';
import { type MoveOutRow, placeOfGuest } from '../../database/stores/moves-out.ts';
import type { ConductorParts } from '../parts.ts';
import { isShown } from './action-log.ts';

/** How many actions a move takes along: as many as the action log shows. */
const MAX_OPERATIONS = 1_000;

/** The phase that a move has reached in this cell; null: the cell does not know the move. */
export async function moveOutStatus(parts: ConductorParts, move: MoveOutRow | null): Promise<MoveOutStatus> {
  if (move === null) return { reached: 'gone', message: null, source: null, moved: null, deleteRequested: false };
  const { reached, message } = move;
  return {
    reached,
    message,
    source: reached === 'stop' || reached === 'fence' ? await sourceOf(parts, move) : null,
    moved: reached === 'fence' ? await movedOf(parts, move) : null,
    deleteRequested: move.deleteRequested,
  };
}

async function sourceOf(parts: ConductorParts, move: MoveOutRow): Promise<DiskSource | null> {
  const instance = await findInstance(parts.database.read, move.instanceUuid);
  const guestId = instance?.guestId ?? null;
  const place = guestId === null ? null : await placeOfGuest(parts.database.read, guestId);
  if (guestId === null || place === null) return null;
  const ticket = await parts.diskTicket({ id: guestId, generation: place.generation }, place.agentId);
  return { guestId, hostName: place.hostName, url: place.url, ticket };
}

/** The instance as it was before the move; only its task state has changed since. null: it is gone. */
async function movedOf(parts: ConductorParts, move: MoveOutRow): Promise<MovedInstance | null> {
  const row = await findInstance(parts.database.read, move.instanceUuid);
  if (row === null || row.operationId !== move.operationId) return null;
  const operations = await createSqlOperationStore(parts.database).list({
    subject: row.uuid,
    limit: MAX_OPERATIONS,
  });
  return {
    instance: { ...toInstance(row, parts.cell.name), taskState: null },
    before: row.vmState === 'stopped' ? 'stopped' : 'active',
    password: await passwordOf(parts.database.read, row.uuid),
    operations: operations
      .filter((operation) => operation.finishedAt !== null && isShown(operation))
      .map((operation) => ({ ...operation })),
  };
}
