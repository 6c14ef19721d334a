import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { authorize } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { act } from './act.ts';
import { looseBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

/** An action that ends a resize; what the resize has reserved of the quota ends with it. */
export const endResize = (
  deps: ApiDeps,
  { name, policy, ...rest }: Pick<Action, 'policy' | 'status' | 'summary'> & { name: 'confirmResize' | 'revertResize' },
) =>
  action({
    ...rest,
    name,
    policy,
    authorizes: 'handler',
    body: always(looseBody(name)),
    response: always('empty'),
    handle: async (request) => {
      const { instance } = await placedServer(deps, request, 'resize');
      authorize(policy, request.caller, { projectId: instance.projectId });
      await withQuotaReservation(deps, request, instance.uuid, null, () => act(deps, request, policy, name));
    },
  });
