import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { allocationRoutes } from './allocations/routes.ts';
import { candidateRoutes } from './candidates/routes.ts';
import { providerPartRoutes } from './providers/parts-routes.ts';
import { providerRoutes } from './providers/routes.ts';
import { readOnlyRoutes } from './read-only/routes.ts';
import { resourceClassRoutes } from './resource-classes/routes.ts';
import { providerTraitRoutes } from './traits/provider-routes.ts';
import { traitRoutes } from './traits/routes.ts';
import { usageRoutes } from './usages/routes.ts';
import { versionRoutes } from './versions/routes.ts';

/** Every route of the Placement API. */
export const placementRoutes = (deps: ApiDeps): readonly Route[] => [
  ...versionRoutes(),
  ...providerRoutes(deps),
  ...providerPartRoutes(deps),
  ...providerTraitRoutes(deps),
  ...allocationRoutes(deps),
  ...usageRoutes(deps),
  ...candidateRoutes(deps),
  ...traitRoutes(deps),
  ...resourceClassRoutes(deps),
  ...readOnlyRoutes(),
];
