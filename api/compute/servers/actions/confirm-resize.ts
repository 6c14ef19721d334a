import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { MEMBER, policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import { act } from './act.ts';
import { looseBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

const POLICY = policy('os_compute_api:servers:confirm_resize', MEMBER);

export const confirmResize = (deps: ApiDeps) =>
  action({
    name: 'confirmResize',
    policy: POLICY,
    authorizes: 'handler',
    status: 204,
    body: always(looseBody('confirmResize')),
    response: always('empty'),
    summary: 'Keeps the new flavor.',
    handle: async (request) => {
      const { instance } = await placedServer(deps, request, 'resize');
      await withQuotaReservation(deps, request, instance.uuid, null, () => act(deps, request, POLICY, 'confirmResize'));
    },
  });
