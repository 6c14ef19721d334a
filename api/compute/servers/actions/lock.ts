import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import type { Schema } from '../../../http/validator.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { looseBody, namedBody } from './named-body.ts';

const POLICY = policy('os_compute_api:os-lock-server:lock');

const SINCE = since({ reason: 73 });

/** `locked_reason` since 2.73; before it whatever stands there is not looked at. */
interface LockBody {
  readonly lock: { readonly locked_reason?: string } | null;
}

const withReason: Schema = {
  ...object({ locked_reason: { type: 'string', minLength: 1, maxLength: 255 } }),
  type: ['object', 'null'],
};

export const lock = (deps: ActDeps) =>
  action<LockBody>({
    name: 'lock',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: { 1: looseBody('lock'), 73: namedBody('lock', withReason) },
    response: always('empty'),
    summary: 'Locks a server: only admins can act on it.',
    handle: (request) => {
      const reason = SINCE.reason(request.version) ? (request.body.lock?.locked_reason ?? null) : null;
      return lockServer(deps, request, reason);
    },
  });

async function lockServer(deps: ActDeps, request: ApiRequest, reason: string | null): Promise<void> {
  const uuid = request.params.id ?? '';
  await askHome(deps, request, uuid, (door, { projectId }) => {
    authorize(POLICY, request.caller, { projectId });
    return door.lockInstance({ uuid, locked: true, reason, actor: actorOf(request) }, { requestId: request.requestId });
  });
}
