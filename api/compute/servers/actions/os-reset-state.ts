import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { act } from './act.ts';
import { namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

const NAME = 'os-resetState';
const POLICY = policy('os_compute_api:os-admin-actions:reset_state');

interface ResetBody {
  readonly [NAME]: { readonly state: 'active' | 'error' };
}

/** After a reset the quota reservation covers only the current flavor, even if the server was being resized. */
export const osResetState = (deps: ApiDeps) =>
  action<ResetBody>({
    name: NAME,
    policy: POLICY,
    status: 202,
    body: always(namedBody(NAME, object({ state: { type: 'string', enum: ['active', 'error'] } }, ['state']))),
    response: always('empty'),
    summary: 'Writes the state of a server, whatever is in progress on it.',
    handle: async (request) => {
      const { state } = request.body[NAME];
      const { instance } = await placedServer(deps, request, NAME);
      await withQuotaReservation(deps, request, instance.uuid, null, () =>
        act(deps, request, POLICY, 'resetState', { state }),
      );
    },
  });
