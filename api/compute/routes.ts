import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { aggregateRoutes } from './aggregates/routes.ts';
import { assistedSnapshotRoutes } from './assisted-snapshots/routes.ts';
import { availabilityZoneRoutes } from './availability-zones/routes.ts';
import { baremetalNodeRoutes } from './baremetal-nodes/routes.ts';
import { consoleAuthTokenRoutes } from './console-auth-tokens/routes.ts';
import { extensionRoutes } from './extensions/routes.ts';
import { externalEventRoutes } from './external-events/routes.ts';
import { flavorAccessRoutes } from './flavors/access-routes.ts';
import { extraSpecsRoutes } from './flavors/extra-specs-routes.ts';
import { flavorRoutes } from './flavors/routes.ts';
import { floatingIpRoutes } from './floating-ips/routes.ts';
import { goneRoutes } from './gone/routes.ts';
import { hostRoutes } from './hosts/routes.ts';
import { legacyHypervisorRoutes } from './hypervisors/legacy-routes.ts';
import { hypervisorRoutes } from './hypervisors/routes.ts';
import { imageProxyRoutes } from './images/routes.ts';
import { keyPairRoutes } from './key-pairs/routes.ts';
import { limitsRoutes } from './limits/routes.ts';
import { migrationRoutes } from './migrations/routes.ts';
import { networkProxyRoutes } from './networks/routes.ts';
import { quotaClassSetRoutes } from './quota-class-sets/routes.ts';
import { quotaSetRoutes } from './quota-sets/routes.ts';
import { securityGroupProxyRoutes } from './security-groups/routes.ts';
import { serverGroupRoutes } from './server-groups/routes.ts';
import { serverRoutes } from './servers/routes.ts';
import { computeService } from './service.ts';
import { serviceRoutes } from './services/routes.ts';
import { createInventoryReader } from './services/service-inventory.ts';
import { tenantUsageRoutes } from './tenant-usage/routes.ts';
import { usageAuditLogRoutes } from './usage-audit-log/routes.ts';
import { versionRoutes } from './versions/routes.ts';
import { volumeProxyRoutes } from './volumes/routes.ts';
import { volumesBootRoutes } from './volumes-boot/routes.ts';

/** Every operation of the Compute API, noun by noun. */
export function computeRoutes(deps: ApiDeps): readonly Route[] {
  const readInventory = createInventoryReader(deps);
  const endpoint = `${deps.config.publicUrl}${computeService.prefix}`;
  const servers = serverRoutes(deps);
  return [
    ...versionRoutes(endpoint),
    ...extensionRoutes,
    ...goneRoutes,
    ...servers,
    ...volumesBootRoutes(deps, servers),
    ...flavorRoutes(deps),
    ...extraSpecsRoutes(deps),
    ...flavorAccessRoutes(deps),
    ...imageProxyRoutes(deps),
    ...networkProxyRoutes(deps),
    ...securityGroupProxyRoutes(deps),
    ...floatingIpRoutes(deps),
    ...volumeProxyRoutes,
    ...baremetalNodeRoutes,
    ...consoleAuthTokenRoutes(deps),
    ...keyPairRoutes(deps),
    ...limitsRoutes(deps),
    ...quotaSetRoutes(deps),
    ...quotaClassSetRoutes(deps),
    ...tenantUsageRoutes(deps),
    ...serverGroupRoutes(deps),
    ...aggregateRoutes(deps),
    ...serviceRoutes({ ...deps, readInventory }),
    ...hostRoutes({ ...deps, readInventory }),
    ...hypervisorRoutes(deps),
    ...legacyHypervisorRoutes(deps),
    ...migrationRoutes(deps),
    ...externalEventRoutes(deps),
    ...assistedSnapshotRoutes,
    ...usageAuditLogRoutes({ ...deps, readInventory }),
    ...availabilityZoneRoutes({ ...deps, readInventory }),
  ];
}
