import type { Instance } from '#platform/objects/instance.ts';
import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery, isTrue, noQuery } from '../../http/parameter-types.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { nextLink } from '../next-link.ts';
import { pageLimit } from '../page-limit.ts';
import { createAccept } from './create/accept.ts';
import { createServers } from './create/create-servers.ts';
import { newAdminPassword } from './create/random-texts.ts';
import { CREATE_SERVER, type CreateServerBody } from './create/schema.ts';
import { deleteServer } from './delete/delete-server.ts';
import { findServer, silentCell } from './find-server.ts';
import { listFilter, listSort } from './list/list-filter.ts';
import { LIST_QUERY } from './list/list-query.ts';
import { type Listed, listServers } from './list/list-servers.ts';
import { CREATE, DELETE, DETAIL, DETAIL_ALL_TENANTS, LIST, LIST_ALL_TENANTS, SHOW, UPDATE } from './policy.ts';
import {
  createdServerResponse,
  serverResponse,
  serversDetailResponse,
  serversResponse,
  updatedServerResponse,
} from './show/schema.ts';
import { briefServer, detailedServer, plainServer, showsUserData } from './show/server-view.ts';
import { briefSilentServer, listedSilentServer, shownSilentServer, showsSilentServers } from './show/silent-server.ts';
import { UPDATE_SERVER, type UpdateServerBody, updateServer } from './update/update-server.ts';

/** `wholeUpdate`: the answer to PUT has what extensions added. */
const SINCE = since({ groups: 71, wholeUpdate: 75 });

/** Servers themselves: create, list, show, update, delete. */
export function serverRoutes(deps: ApiDeps): readonly Route[] {
  const creating = { ...deps, accept: createAccept(deps.directory, deps.clock) };
  return [
    route<CreateServerBody>({
      method: 'POST',
      path: '/servers',
      policy: CREATE,
      response: createdServerResponse,
      status: 202,
      body: CREATE_SERVER,
      summary: 'Accepts one or more servers; they are built in the background.',
      handle: (request) => create(creating, request),
    }),
    route({
      method: 'GET',
      path: '/servers',
      policy: LIST,
      response: serversResponse,
      query: LIST_QUERY,
      summary: 'Lists servers: id and name.',
      handle: (request) => list(deps, request, LIST_ALL_TENANTS, '/servers', briefServer, briefSilentServer),
    }),
    route({
      method: 'GET',
      path: '/servers/detail',
      policy: DETAIL,
      response: serversDetailResponse,
      query: LIST_QUERY,
      summary: 'Lists servers in full.',
      handle: (request) =>
        list(deps, request, DETAIL_ALL_TENANTS, '/servers/detail', detailedServer, listedSilentServer),
    }),
    route({
      method: 'GET',
      path: '/servers/:id',
      query: noQuery,
      policy: SHOW,
      authorizes: 'handler',
      response: serverResponse,
      summary: 'Shows a server.',
      handle: (request) => show(deps, request),
    }),
    route<UpdateServerBody>({
      method: 'PUT',
      path: '/servers/:id',
      policy: UPDATE,
      authorizes: 'handler',
      body: UPDATE_SERVER,
      response: updatedServerResponse,
      summary: 'Changes name, description, host name, access addresses, disk configuration or zone of a server.',
      handle: (request) => update(deps, request),
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id',
      policy: DELETE,
      authorizes: 'handler',
      query: ignoredQuery,
      status: 204,
      response: always('empty'),
      summary: 'Deletes a server.',
      handle: (request) => deleteServer(deps, request, request.params.id ?? ''),
    }),
  ];
}

async function create(
  deps: Parameters<typeof createServers>[0],
  request: ApiRequest<CreateServerBody>,
): Promise<Answer> {
  const { server } = request.body;
  const builds = await createServers(deps, request);
  const [first] = builds;
  if (first === undefined) return new Answer(202);
  if (isTrue(server.return_reservation_id)) return new Answer(202, { reservation_id: first.reservationId });
  const groups = server.security_groups ?? [{ name: 'default' }];
  const body = {
    id: first.uuid,
    links: request.links.both('servers', first.uuid),
    'OS-DCF:diskConfig': first.diskConfig,
    security_groups: groups.map(({ name }) => ({ name })),
    adminPass: server.adminPass ?? newAdminPassword(),
  };
  return new Answer(202, { server: body }, { location: request.links.self('servers', first.uuid).href });
}

async function list(
  deps: ApiDeps,
  request: ApiRequest,
  allTenants: Policy,
  path: string,
  view: typeof briefServer | typeof detailedServer,
  silentView: typeof briefSilentServer,
): Promise<Answer> {
  const filter = listFilter(request, allTenants);
  const limit = pageLimit(request.query);
  if (filter === null || limit === 0) return new Answer(200, { servers: [] });
  const { servers, silentCells } = await listServers(deps, request, {
    filter,
    sort: listSort(request),
    limit,
    marker: lastOf(request.query, 'marker'),
    showSilent: showsSilentServers(request.version),
    withUserData: view === detailedServer && showsUserData(request),
  });
  const body = {
    servers: servers.map((one) => (one.silent ? silentView(one.home, request) : view(one.instance, request))),
    ...nextLink('servers', path, request, uuidOf(servers.at(-1)), servers.length),
  };
  return new Answer(200, body, silentCellsHeader(silentCells));
}

const uuidOf = (listed: Listed | undefined): string | undefined =>
  listed?.silent === true ? listed.home.uuid : listed?.instance.uuid;

async function show(deps: ApiDeps, request: ApiRequest): Promise<unknown> {
  const found = await findServer(deps, request, request.params.id ?? '');
  if (found.kind !== 'silent') {
    authorize(SHOW, request.caller, { projectId: found.instance.projectId });
    return { server: withGroups(detailedServer(found.instance, request), found.instance, request) };
  }
  authorize(SHOW, request.caller, { projectId: found.home.projectId });
  if (!showsSilentServers(request.version)) throw silentCell(found.cell);
  const body = { server: shownSilentServer(found.home, request, groupsOf(found.home.build)) };
  return new Answer(200, body, silentCellsHeader(found.cell === undefined ? [] : [found.cell]));
}

async function update(deps: ApiDeps, request: ApiRequest<UpdateServerBody>): Promise<unknown> {
  const instance = await updateServer(deps, request, request.params.id ?? '');
  const view = SINCE.wholeUpdate(request.version) ? detailedServer : plainServer;
  return { server: withGroups(view(instance, request), instance, request) };
}

/** Only answers about one server say its groups. */
const withGroups = (view: Record<string, unknown>, instance: Instance, request: ApiRequest) =>
  SINCE.groups(request.version) ? { ...view, server_groups: groupsOf(instance) } : view;

const groupsOf = ({ serverGroup }: Pick<Instance, 'serverGroup'>): readonly string[] =>
  serverGroup === null ? [] : [serverGroup.id];
