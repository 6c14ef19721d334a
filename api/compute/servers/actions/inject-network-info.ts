import { lockedInstance } from '#platform/states/locked-instance.ts';
import { always } from '../../../http/by-version.ts';
import { policy } from '../../../http/policy.ts';
import { action } from '../../../http/route.ts';
import type { ActDeps } from './act.ts';
import { looseBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';

const NAME = 'injectNetworkInfo';

/** Guests learn of their network by DHCP and metadata, so there is nothing to inject: the answer is Nova's, and nothing else happens. */
export const injectNetworkInfo = (deps: ActDeps) =>
  action({
    name: NAME,
    policy: policy('os_compute_api:os-admin-actions:inject_network_info'),
    status: 202,
    body: always(looseBody(NAME)),
    response: always('empty'),
    summary: 'Does nothing: guests learn of their network by DHCP and metadata.',
    handle: async (request) => {
      const { instance } = await placedServer(deps, request, NAME);
      if (instance.lockedBy !== null && !request.caller.isAdmin) {
        throw lockedInstance(instance.uuid, NAME);
      }
    },
  });
