import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { cellRoutes } from './cells/routes.ts';
import { decisionRoutes } from './decisions/routes.ts';
import { findingRoutes } from './findings/routes.ts';
import { hostKeyRoutes } from './host-keys/routes.ts';
import { hostRoutes } from './hosts/routes.ts';
import { moveRoutes } from './moves/routes.ts';
import { networkMapRoutes } from './networks/routes.ts';
import { operationRoutes } from './operations/routes.ts';
import { quarantinedRoutes } from './quarantined/routes.ts';
import { simulationRoutes } from './simulations/routes.ts';
import { versionRoutes } from './versions/routes.ts';

/** Every route of the Federation API. */
export const federationRoutes = (deps: ApiDeps): readonly Route[] => [
  ...versionRoutes(),
  ...cellRoutes(deps),
  ...hostRoutes(deps),
  ...hostKeyRoutes(deps),
  ...networkMapRoutes(deps),
  ...operationRoutes(deps),
  ...decisionRoutes(deps),
  ...simulationRoutes(deps),
  ...moveRoutes(deps),
  ...findingRoutes(deps),
  ...quarantinedRoutes(deps),
];
