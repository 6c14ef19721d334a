import { MOVE_SERVER } from '#platform/contracts/global-operations.ts';
import { decisionRecord } from '#platform/contracts/kept-decision.ts';
import { acceptMove } from '#platform/directory/stores/homes/moving.ts';
import type { ApiDeps } from '../deps.ts';
import type { RequestContext } from '../http/request-context.ts';
import type { MovePlan } from './plan-move.ts';

type Deps = Pick<ApiDeps, 'directory' | 'clock' | 'waker'>;

/**
 * Accepts a planned move. After the commit the move continues through any crash (super-conductor/operations/move-server.ts).
 * @returns the id of the move. @throws the refusal of the plan; VolvoxError conflict when another request moves the server first.
 */
export async function beginMove(
  { directory, clock, waker }: Deps,
  { home, from, to, host, estimate, decision, refusal }: MovePlan,
  { userId, projectId, requestId }: Pick<RequestContext, 'userId' | 'projectId' | 'requestId'>,
): Promise<string> {
  if (refusal !== null) throw refusal;
  const bytes = estimate.disks.reduce((sum, disk) => sum + disk.bytes, 0);
  const now = clock.now();
  const kept = decisionRecord(decision, { asked: decision.candidates, refusedByCells: [] }, now);
  const move = { uuid: home.uuid, fromCellId: from.id, toCellId: to.id, host, bytes, requestId, userId, projectId };
  const id = await directory.transaction((tx) => acceptMove(tx, { ...move, decision: kept }, now));
  void waker.wake(MOVE_SERVER.queue, [id]);
  return id;
}
