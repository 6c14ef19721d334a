import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { StepContext } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { doorOfHome } from './door-of-home.ts';

/** An action in a cell that an operation asked for, or may have asked for. */
export interface AskedInCell {
  /** Of the operation in the cell. */
  readonly id: string;
  readonly kind: string;
}

/**
 * The action has begun in the cell afterwards, or it never will. Another worker may have lost the operation while its request was on the
 * way; without this the request would change the server after all is undone.
 * @throws VolvoxError unavailable while the cell does not answer.
 */
export async function preventInCell(
  { params: { uuid }, requestId, userId, projectId, signal }: StepContext<{ readonly uuid: string }, unknown>,
  deps: Pick<GlobalDeps, 'cells' | 'directory'>,
  { id, kind }: AskedInCell,
): Promise<void> {
  const actor = { userId: userId ?? '', projectId: projectId ?? '', isAdmin: true, requestId };
  const door = await doorOfHome(deps, uuid);
  try {
    await door?.preventAction({ uuid, operationId: id, kind, actor }, { requestId, signal });
  } catch (error) {
    // A cell of the release before: there a request that is late still counts until it expires.
    if (!isVolvoxError(error, 'unsupported')) throw error;
  }
}
