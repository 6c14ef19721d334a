import type { FastifyInstance } from 'fastify';
import { computeRoutes } from './compute/routes.ts';
import { computeService } from './compute/service.ts';
import type { ApiDeps } from './deps.ts';
import { federationRoutes } from './federation/routes.ts';
import { federationService } from './federation/service.ts';
import type { ApiService } from './http/api-service.ts';
import { tiedDirectory } from './http/idempotency/tied-directory.ts';
import type { Route } from './http/route.ts';
import { serveApi } from './http/serve-api.ts';
import { identityRoutes } from './identity/routes.ts';
import { identityService } from './identity/service.ts';
import { imageRoutes } from './image/routes.ts';
import { imageService } from './image/service.ts';
import { networkRoutes } from './network/routes.ts';
import { networkService } from './network/service.ts';
import { placementRoutes } from './placement/routes.ts';
import { placementService } from './placement/service.ts';

/** One API of the front: what its routes have in common, and the routes. */
export interface DeclaredApi {
  readonly service: ApiService;
  readonly routes: readonly Route[];
}

const APIS = [
  { service: identityService, routesOf: identityRoutes },
  { service: imageService, routesOf: imageRoutes },
  { service: computeService, routesOf: computeRoutes },
  { service: networkService, routesOf: networkRoutes },
  { service: placementService, routesOf: placementRoutes },
  { service: federationService, routesOf: federationRoutes },
] as const satisfies readonly { service: ApiService; routesOf: (deps: ApiDeps) => readonly Route[] }[];
type ApiName = ApiService['name'];
const ALL: readonly ApiName[] = APIS.map(({ service }) => service.name);

/** APIs as data. The front serves this list; documents, the client's types and the property test are made from it. */
export const declaredApis = (deps: ApiDeps, names: readonly ApiName[] = ALL): readonly DeclaredApi[] =>
  APIS.filter(({ service }) => names.includes(service.name)).map(({ service, routesOf }) => ({
    service,
    routes: routesOf(deps),
  }));

/** Serves every API, or those that are named. */
export function serveApis(app: FastifyInstance, deps: ApiDeps, names?: readonly ApiName[]): void {
  const { publicUrl, checkResponses } = deps.config;
  for (const api of declaredApis(withTiedDirectory(deps), names)) {
    const policies = deps.policies === undefined ? {} : { policies: deps.policies };
    serveApi(app, {
      ...api,
      ...policies,
      tokens: deps.tokens,
      budgets: deps.budgets.requests,
      publicUrl,
      checkResponses,
    });
  }
}

/** The same parts, with a directory that knows of keyed requests. What is replaced in `deps` later counts here, too. */
function withTiedDirectory(deps: ApiDeps): ApiDeps {
  const tied = new WeakMap<ApiDeps['directory'], ApiDeps['directory']>();
  const tie = (directory: ApiDeps['directory']): ApiDeps['directory'] => {
    const made = tied.get(directory) ?? tiedDirectory(directory);
    tied.set(directory, made);
    return made;
  };
  return new Proxy(deps, {
    get: (target, name) => (name === 'directory' ? tie(target.directory) : Reflect.get(target, name)),
  });
}
