import { always } from '../../../http/by-version.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { looseBody } from './named-body.ts';

const POLICY = policy('os_compute_api:os-lock-server:unlock');
const OVERRIDE = policy('os_compute_api:os-lock-server:unlock:unlock_override');

export const unlock = (deps: ActDeps) =>
  action({
    name: 'unlock',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(looseBody('unlock')),
    response: always('empty'),
    summary: 'Unlocks a server.',
    handle: (request) => unlockServer(deps, request),
  });

/** What one side has locked, owner or admin, the other unlocks by a rule of its own. */
async function unlockServer(deps: ActDeps, request: ApiRequest): Promise<void> {
  const uuid = request.params.id ?? '';
  const { caller, requestId } = request;
  await askHome(deps, request, uuid, async (door, { projectId }) => {
    authorize(POLICY, caller, { projectId });
    const { lockedBy } = await door.getInstance({ uuid }, { requestId });
    const ownSide = caller.projectId === projectId ? 'owner' : 'admin';
    if (lockedBy !== null && lockedBy !== ownSide) authorize(OVERRIDE, caller, { projectId });
    return door.lockInstance({ uuid, locked: false, reason: null, actor: actorOf(request) }, { requestId });
  });
}
