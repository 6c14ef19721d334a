import { randomUUID } from 'node:crypto';
import type { ActionParams } from '#platform/contracts/door.ts';
import type { ActionKind } from '#platform/states/server-actions.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { actorOf } from './actor.ts';
import { askHome } from './find-server.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches'>;

/**
 * Begins an action in the server's cell. When it returns, the operation is committed there.
 * @throws VolvoxError conflict in a state in which it is not allowed, or when the server is locked; not-found.
 */
export async function act(
  deps: Deps,
  request: ApiRequest,
  policy: Policy,
  kind: ActionKind,
  params: ActionParams = {},
): Promise<void> {
  const uuid = request.params.id ?? '';
  const operationId = randomUUID();
  await askHome(deps, request, uuid, (door, home) => {
    authorize(policy, request.caller, { projectId: home.projectId });
    return door.act({ uuid, operationId, kind, params, actor: actorOf(request) }, { requestId: request.requestId });
  });
}
