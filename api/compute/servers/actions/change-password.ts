import { randomUUID } from 'node:crypto';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../../http/by-version.ts';
import { object, string } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { actorOf } from '../actor.ts';
import { askHome } from '../find-server.ts';
import type { ActDeps } from './act.ts';
import { namedBody } from './named-body.ts';

const NAME = 'changePassword';
const POLICY = policy('os_compute_api:os-admin-password');

interface PasswordBody {
  readonly [NAME]: { readonly adminPass: string };
}

export const changePassword = (deps: ActDeps) =>
  action<PasswordBody>({
    name: NAME,
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody(NAME, object({ adminPass: string }, ['adminPass']))),
    response: always('empty'),
    summary: "Changes the administrator's password in a running guest, through its guest agent.",
    handle: async (request) => {
      const uuid = request.params.id ?? '';
      const { adminPass: password } = request.body[NAME];
      const asked = { uuid, operationId: randomUUID(), password, actor: actorOf(request) };
      await askHome(deps, request, uuid, (door, { projectId }) => {
        authorize(POLICY, request.caller, { projectId });
        return door.setAdminPassword(asked, { requestId: request.requestId }).catch((error: unknown) => {
          if (!isVolvoxError(error, 'unsupported')) throw error;
          throw new VolvoxError('unsupported', `Unable to set password on instance: ${error.message}`, {
            cause: error,
          });
        });
      });
    },
  });
