import type { RequestOf } from '#platform/contracts/contract.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { recordPrevented } from '../../database/stores/operation-log.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * The id of the action is used up: a request for it that arrives later finds an operation which has ended, as a repetition does. An action
 * that has begun goes on.
 */
export async function preventAction(
  { database, clock }: ConductorParts,
  { uuid, operationId: id, kind, actor }: RequestOf<(typeof doorContract)['calls']['preventAction']>,
): Promise<void> {
  const { requestId, userId, projectId } = actor;
  const operation = { id, kind, subject: uuid, params: {}, requestId, userId, projectId };
  await database.transaction((tx) => recordPrevented(tx, operation, clock.now()));
}
