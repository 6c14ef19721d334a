import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { identityFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { registerApplicationCredentials } from './application-credentials/routes.ts';
import { registerAuth } from './auth/routes.ts';
import { registerCatalog } from './catalog/routes.ts';
import { registerDomains } from './domains/routes.ts';
import { registerGroups } from './groups/routes.ts';
import { registerProjects } from './projects/routes.ts';
import { registerRoleAssignments } from './roles/assignment-routes.ts';
import { registerRoles } from './roles/routes.ts';
import { registerUsers } from './users/routes.ts';
import { isOpen, registerVersions } from './versions.ts';

/** The Identity API, version 3, under /identity. */
export function registerIdentity(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/identity',
    title: 'Identity API',
    faults: identityFaults,
    tokens: deps.tokens,
    scope: 'any',
    open: isOpen,
    routes: (api) => {
      registerVersions(api, deps.config);
      registerAuth(api, deps);
      registerCatalog(api, deps);
      registerDomains(api, deps);
      registerGroups(api, deps);
      registerProjects(api, deps);
      registerUsers(api, deps);
      registerRoles(api, deps);
      registerRoleAssignments(api, deps);
      registerApplicationCredentials(api, deps);
    },
  });
}
