import { randomUUID } from 'node:crypto';
import { always } from '../../../http/by-version.ts';
import { nothing } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

const NAME = 'trigger_crash_dump';
const POLICY = policy('os_compute_api:servers:trigger_crash_dump');

export const triggerCrashDump = (deps: ActDeps) =>
  action({
    name: NAME,
    since: 17,
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody(NAME, nothing)),
    response: always('empty'),
    summary: 'Sends the guest a non-maskable interrupt, on which many systems dump their memory.',
    handle: async (request) => {
      const uuid = request.params.id ?? '';
      const operationId = randomUUID();
      await askHome(deps, request, uuid, (door, { projectId }) => {
        authorize(POLICY, request.caller, { projectId });
        return door.triggerCrashDump({ uuid, operationId, actor: actorOf(request) }, { requestId: request.requestId });
      });
    },
  });
