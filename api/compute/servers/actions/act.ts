import { randomUUID } from 'node:crypto';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { askForSure } from '../../../cross-cell/ask-for-sure.ts';
import type { ApiDeps } from '../../../deps.ts';
import { authorize, type Policy } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';

export type ActDeps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>;

/**
 * Begins an action in the server's cell. When it returns, the cell has committed the operation.
 * @throws VolvoxError unavailable when the cell does not answer and the action was not begun, and never will be; unsupported, with the cell's name, when its release does not have the action; conflict when the state of the server
 * does not allow the action, or when the server is locked; not-found.
 */
export async function act(
  deps: ActDeps,
  request: ApiRequest,
  policy: Policy,
  kind: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const uuid = request.params.id ?? '';
  const operationId = randomUUID();
  await askHome(deps, request, uuid, (door, home) => {
    authorize(policy, request.caller, { projectId: home.projectId });
    const asked = { uuid, operationId, kind, params, actor: actorOf(request) };
    return askForSure(() => door.act(asked, { requestId: request.requestId })).catch((error: unknown) => {
      if (!isVolvoxError(error, 'unsupported') || home.cellId === null) throw error;
      const { name } = deps.cells.of(home.cellId);
      throw new VolvoxError('unsupported', `Cell ${name} does not offer the action ${kind} yet.`, { cause: error });
    });
  });
}
