import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { MEMBER, policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { act } from './act.ts';
import { looseBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

const POLICY = policy('os_compute_api:servers:revert_resize', MEMBER);

export const revertResize = (deps: ApiDeps) =>
  action({
    name: 'revertResize',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(looseBody('revertResize')),
    response: always('empty'),
    summary: 'Goes back to the old flavor.',
    handle: async (request) => {
      const { instance } = await placedServer(deps, request, 'resize');
      await withQuotaReservation(deps, request, instance.uuid, null, () => act(deps, request, POLICY, 'revertResize'));
    },
  });
