import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import {
  deleteRouter,
  getRouter,
  insertRouter,
  interfacesOfRouters,
  listRouters,
  lockRouter,
  type RouterRecord,
  settlePortsOfRouter,
  updateRouter,
} from '#platform/directory/stores/routers.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorizeOwner, type Policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { conflicting, ownerOf } from '../policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { connectedSubnets, portsById } from './connected-subnets.ts';
import { readRoutes, requireRoutes, withoutRoutes, withRoutes } from './extra-routes.ts';
import { removeGatewayPort, setGateway } from './gateway.ts';
import { addInterface, removeInterface } from './interfaces.ts';
import * as policies from './policy.ts';
import * as schemas from './schema.ts';
import { interfaceView, routerView } from './view.ts';

const PATH = '/v2.0/routers';

/** Routers: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/routers`. */
export function routerRoutes({
  directory,
  clock,
  config,
}: Pick<ApiDeps, 'directory' | 'clock' | 'config'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const views = async (routers: readonly RouterRecord[], caller: Authorizing) => {
    const ports = await portsById(
      directory.read,
      routers.flatMap(({ gatewayPortId }) => gatewayPortId ?? []),
    );
    return routers.map((router) => routerView(router, ports, caller));
  };
  const noun = nounOf({
    one: 'router',
    many: 'routers',
    path: 'routers',
    policy: policies.GET_ROUTER,
    attributes: schemas.ROUTER_ATTRIBUTES,
    query: schemas.listRoutersQuery,
    responses: { list: schemas.listRoutersResponse, show: schemas.showRouterResponse },
    list: ({ caller }, listing) => listRouters(directory.read, caller, listing),
    get: (caller, id) => getRouter(directory.read, caller, id),
    views: (routers, { caller }) => views(routers, caller),
  });
  const show = async (caller: Authorizing, id: string) => {
    const [router] = await views([await getRouter(directory.read, caller, id)], caller);
    return { router };
  };
  /** Runs `work` with the router locked. @throws HttpFault 412 when `If-Match` names another revision. */
  const locked = async <R>(
    policy: Policy,
    { caller, headers, params: { id = '' } }: Pick<ApiRequest, 'caller' | 'headers' | 'params'>,
    work: (tx: DirectoryTx, router: RouterRecord) => Promise<R>,
  ): Promise<R> => {
    const checkRevision = requiredRevision(headers);
    return directory.transaction(async (tx) => {
      const router = authorizeOwner(policy, caller, await lockRouter(tx, caller, id));
      checkRevision(router);
      return work(tx, router);
    });
  };
  const changesInterface = (
    verb: 'add' | 'remove',
    summary: string,
    policy: Policy,
    change: (
      tx: DirectoryTx,
      router: RouterRecord,
      request: ApiRequest<schemas.GivenInterface>,
    ) => ReturnType<typeof addInterface>,
  ) =>
    route<schemas.GivenInterface>({
      method: 'PUT',
      path: `${PATH}/:id/${verb}_router_interface`,
      summary,
      policy,
      authorizes: 'handler',
      body: schemas.interfaceBody,
      response: schemas.interfaceResponse,
      handle: (request) =>
        locked(policy, request, async (tx, router) => {
          const port = await change(tx, router, request);
          await updateRouter(tx, router, { updatedAt: now() });
          return interfaceView(router, port);
        }),
    });
  const changesRoutes = (
    verb: 'add' | 'remove',
    summary: string,
    policy: Policy,
    changed: (before: RouterRecord['routes'], given: RouterRecord['routes']) => RouterRecord['routes'],
  ) =>
    route<schemas.RoutesBody>({
      method: 'PUT',
      path: `${PATH}/:id/${verb}_extraroutes`,
      summary,
      policy,
      authorizes: 'handler',
      body: schemas.routesBody,
      response: schemas.showRouterResponse,
      handle: async (request) => {
        const given = readRoutes(request.body.router.routes, config.reservedRanges);
        await locked(policy, request, async (tx, router) => {
          const routes = changed(router.routes, given);
          requireRoutes(router.id, routes, await connectedSubnets(tx, router));
          await updateRouter(tx, router, { routes, updatedAt: now() });
        });
        return show(request.caller, request.params.id ?? '');
      },
    });

  return [
    listRoute(noun, 'Lists routers.'),
    route<Created<schemas.NewRouter>>({
      method: 'POST',
      path: PATH,
      summary: 'Creates a router, or several.',
      policy: policies.CREATE_ROUTER,
      authorizes: 'handler',
      body: schemas.createRouterBody,
      status: 201,
      response: schemas.createRouterResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'router', 'routers');
        const at = now();
        const given = items.map((item) => ({
          item,
          router: newRouter(caller, item, { now: at, reserved: config.reservedRanges }),
        }));
        const owners = given.map(({ router }) => router.projectId);
        const ids = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'router', owners);
          for (const { item, router } of given) {
            const gateway = await setGateway(tx, caller, router, item.external_gateway_info ?? null, at);
            const made = { ...router, ...gateway };
            requireRoutes(made.id, made.routes, await connectedSubnets(tx, made));
            await insertRouter(tx, made);
          }
          return given.map(({ router }) => router.id);
        });
        const made = await Promise.all(ids.map((id) => getRouter(directory.read, caller, id)));
        return answer(await views(made, caller));
      },
    }),
    showRoute(noun, 'Shows a router.'),
    route<schemas.RouterUpdate>({
      method: 'PUT',
      path: `${PATH}/:id`,
      summary: 'Changes a router: its name, state, gateway or extra routes.',
      policy: policies.UPDATE_ROUTER,
      authorizes: 'handler',
      body: schemas.updateRouterBody,
      response: schemas.showRouterResponse,
      handle: async (request) => {
        const { caller } = request;
        const given = request.body.router;
        policies.authorizeKind('update', caller, given);
        const routes = given.routes === undefined ? undefined : readRoutes(given.routes ?? [], config.reservedRanges);
        await locked(policies.UPDATE_ROUTER, request, async (tx, router) => {
          const gateway = await changedGateway(tx, caller, router, given, now());
          if (routes !== undefined)
            requireRoutes(router.id, routes, await connectedSubnets(tx, { ...router, ...gateway }));
          await updateRouter(tx, router, {
            ...(given.name === undefined ? {} : { name: given.name }),
            ...(given.description === undefined ? {} : { description: given.description }),
            ...(given.admin_state_up === undefined ? {} : { adminStateUp: given.admin_state_up }),
            ...gateway,
            ...(routes === undefined ? {} : { routes }),
            updatedAt: now(),
          });
          if (given.admin_state_up !== undefined)
            await settlePortsOfRouter(tx, { id: router.id, adminStateUp: given.admin_state_up });
        });
        return show(caller, request.params.id ?? '');
      },
    }),
    deleteRoute(noun, {
      summary: 'Deletes a router that has no interfaces.',
      policy: policies.DELETE_ROUTER,
      directory,
      lock: lockRouter,
      remove: async (tx, router) => {
        if ((await interfacesOfRouters(tx, [router.id])).length > 0)
          throw conflicting(`Router ${router.id} still has ports`, 'RouterInUse');
        await removeGatewayPort(tx, router);
        await deleteRouter(tx, router.id);
      },
    }),
    changesInterface('add', 'Joins a router with a subnet or a port.', policies.ADD_INTERFACE, (tx, router, request) =>
      addInterface(tx, request.caller, router, request.body, now()),
    ),
    changesInterface(
      'remove',
      'Takes a subnet or a port from a router.',
      policies.REMOVE_INTERFACE,
      (tx, router, { body }) => removeInterface(tx, router, body),
    ),
    changesRoutes('add', 'Adds extra routes to a router.', policies.ADD_ROUTES, withRoutes),
    changesRoutes('remove', 'Removes extra routes from a router.', policies.REMOVE_ROUTES, withoutRoutes),
  ];
}

async function changedGateway(
  tx: DirectoryTx,
  caller: Authorizing,
  router: RouterRecord,
  { external_gateway_info: given }: schemas.RouterUpdate['router'],
  now: string,
) {
  if (given === undefined) return {};
  policies.authorizeGateway('update', caller, given ?? {});
  return setGateway(tx, caller, router, given, now);
}

function newRouter(
  caller: Authorizing,
  given: schemas.NewRouter,
  { now, reserved }: { readonly now: string; readonly reserved: readonly string[] },
): RouterRecord {
  const projectId = ownerOf(policies.CREATE_ROUTER, caller, given);
  policies.authorizeKind('create', caller, given);
  policies.authorizeGateway('create', caller, given.external_gateway_info ?? {});
  requireNoZones(given.availability_zone_hints ?? []);
  return {
    ...{ id: randomUUID(), projectId, name: given.name ?? '', description: given.description ?? '' },
    adminStateUp: given.admin_state_up !== false,
    ...{ gatewayNetworkId: null, gatewayPortId: null, enableSnat: true },
    routes: readRoutes(given.routes ?? [], reserved),
    tags: [],
    ...{ createdAt: now, updatedAt: now, revision: 0, generation: 0 },
  };
}

/** A router stands on every host, in whatever zone. @throws VolvoxError not-found */
function requireNoZones([zone]: readonly string[]): void {
  if (zone === undefined) return;
  throw new VolvoxError('not-found', `AvailabilityZone ${zone} could not be found.`, {
    details: { type: 'AvailabilityZoneNotFound' },
  });
}
