import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { applicationCredentialRoutes } from './application-credentials/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { tokenRoutes } from './auth/token-routes.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { domainRoutes } from './domains/routes.ts';
import { groupRoutes } from './groups/routes.ts';
import { projectRoutes } from './projects/routes.ts';
import { assignmentRoutes } from './roles/assignment-routes.ts';
import { grantRoutes } from './roles/grant-routes.ts';
import { roleRoutes } from './roles/routes.ts';
import { userMembershipRoutes } from './users/membership-routes.ts';
import { userRoutes } from './users/routes.ts';
import { versionRoutes } from './versions/routes.ts';

/** Every operation of the Identity API, noun by noun. */
export const identityRoutes = (deps: ApiDeps): readonly Route[] => [
  ...versionRoutes(deps.config),
  ...tokenRoutes(deps),
  ...authRoutes(deps),
  ...catalogRoutes(deps),
  ...domainRoutes(deps),
  ...groupRoutes(deps),
  ...projectRoutes(deps),
  ...userRoutes(deps),
  ...userMembershipRoutes(deps),
  ...roleRoutes(deps),
  ...grantRoutes(deps),
  ...assignmentRoutes(deps),
  ...applicationCredentialRoutes(deps),
];
