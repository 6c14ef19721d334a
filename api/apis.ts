import { computeRoutes } from './compute/routes.ts';
import { computeService } from './compute/service.ts';
import type { ApiDeps } from './deps.ts';
import { federationRoutes } from './federation/routes.ts';
import { federationService } from './federation/service.ts';
import type { ApiService } from './http/api-service.ts';
import type { Route } from './http/route.ts';
import { identityRoutes } from './identity/routes.ts';
import { identityService } from './identity/service.ts';
import { imageRoutes } from './image/routes.ts';
import { imageService } from './image/service.ts';
import { networkRoutes } from './network/routes.ts';
import { networkService } from './network/service.ts';

/** One API of the front: what its routes have in common, and the routes. */
export interface DeclaredApi {
  readonly service: ApiService;
  readonly routes: readonly Route[];
}

/** Every API, as data. The front serves this list; documents, the client's types and the property test are made from it. */
export const declaredApis = (deps: ApiDeps): readonly DeclaredApi[] => [
  { service: identityService, routes: identityRoutes(deps) },
  { service: imageService, routes: imageRoutes(deps) },
  { service: computeService, routes: computeRoutes(deps) },
  { service: networkService, routes: networkRoutes(deps) },
  { service: federationService, routes: federationRoutes(deps) },
];
