import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { networkFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { registerEmptyLists } from './empty-lists.ts';
import { registerExtensions } from './extensions/routes.ts';
import { registerNetworks } from './networks/routes.ts';
import { registerPorts } from './ports/routes.ts';
import { registerQuotas } from './quotas/routes.ts';
import { registerSecurityGroups } from './security-groups/routes.ts';
import { registerSubnets } from './subnets/routes.ts';
import { isVersionDocument, registerVersions } from './versions.ts';

/** The Networking API, version 2.0, under /network. */
export function registerNetwork(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/network',
    title: 'Network API',
    faults: networkFaults,
    tokens: deps.tokens,
    scope: 'project',
    open: isVersionDocument,
    routes: (api) => {
      registerVersions(api, deps.config);
      registerExtensions(api);
      registerNetworks(api, deps);
      registerSubnets(api, deps);
      registerPorts(api, deps);
      registerSecurityGroups(api, deps);
      registerQuotas(api, deps);
      registerEmptyLists(api);
    },
  });
}
