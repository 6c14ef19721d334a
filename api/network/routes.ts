import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { addressGroupRoutes } from './address-groups/routes.ts';
import { addressScopeRoutes } from './address-scopes/routes.ts';
import { agentRoutes } from './agents/routes.ts';
import { availabilityZoneRoutes } from './availability-zones/routes.ts';
import { defaultRuleRoutes } from './default-security-group-rules/routes.ts';
import { extensionRoutes } from './extensions/routes.ts';
import { portForwardingRoutes } from './floatingips/port-forwardings/routes.ts';
import { floatingIpRoutes } from './floatingips/routes.ts';
import { ipAvailabilityRoutes } from './ip-availabilities/routes.ts';
import { networkNounRoutes } from './networks/routes.ts';
import { portRoutes } from './ports/routes.ts';
import { qosRoutes } from './qos/routes.ts';
import { quotaRoutes } from './quotas/routes.ts';
import { rbacPolicyRoutes } from './rbac-policies/routes.ts';
import { routerRoutes } from './routers/routes.ts';
import { securityGroupRoutes } from './security-groups/routes.ts';
import { writeGroupRoutes } from './security-groups/write-routes.ts';
import { serviceProviderRoutes } from './service-providers/routes.ts';
import { subnetPoolRoutes } from './subnetpools/routes.ts';
import { subnetRoutes } from './subnets/routes.ts';
import { tagRoutes } from './tags/routes.ts';
import { trunkRoutes } from './trunks/routes.ts';
import { unofferedRoutes } from './unoffered/routes.ts';
import { versionRoutes } from './versions/routes.ts';

/** Every route of the Networking API. */
export const networkRoutes = (deps: ApiDeps): readonly Route[] => [
  ...versionRoutes(deps),
  ...extensionRoutes(),
  ...networkNounRoutes(deps),
  ...subnetRoutes(deps),
  ...subnetPoolRoutes(deps),
  ...portRoutes(deps),
  ...securityGroupRoutes(deps),
  ...writeGroupRoutes(deps),
  ...addressGroupRoutes(deps),
  ...defaultRuleRoutes(deps),
  ...routerRoutes(deps),
  ...floatingIpRoutes(deps),
  ...portForwardingRoutes(deps),
  ...addressScopeRoutes(deps),
  ...rbacPolicyRoutes(deps),
  ...trunkRoutes(deps),
  ...qosRoutes(deps),
  ...tagRoutes(deps),
  ...ipAvailabilityRoutes(deps),
  ...quotaRoutes(deps),
  ...agentRoutes(deps),
  ...availabilityZoneRoutes(deps),
  ...serviceProviderRoutes(),
  ...unofferedRoutes(),
];
