import { askerOf } from '../../../budgets/asker.ts';
import { silentCellsHeader } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { Policy } from '../../../http/policy.ts';
import { lastOf } from '../../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../../http/route.ts';
import { nextLink } from '../../next-link.ts';
import { pageLimit } from '../../page-limit.ts';
import { DETAIL, DETAIL_ALL_TENANTS, LIST, LIST_ALL_TENANTS } from '../policy.ts';
import { withDirectory } from '../show/from-directory.ts';
import { briefServer, detailedServer, showsUserData } from '../show/server-view.ts';
import { briefSilentServer, listedSilentServer, showsSilentServers } from '../show/silent-server.ts';
import { listFilter, listSort } from './list-filter.ts';
import { LIST_QUERY } from './list-query.ts';
import type { ListQuestion } from './list-question.ts';
import { listServers } from './list-servers.ts';
import { hasCostlyPattern } from './match-patterns.ts';
import { serversDetailResponse, serversResponse } from './schema.ts';
import type { Listed } from './server-list.ts';

/** `GET /servers` and `GET /servers/detail` */
export const listRoutes = (deps: ApiDeps): readonly Route[] => [
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
    handle: (request) => list(deps, request, DETAIL_ALL_TENANTS, '/servers/detail', detailedServer, listedSilentServer),
  }),
];

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
  const question: ListQuestion = {
    filter,
    sort: listSort(request),
    limit,
    marker: lastOf(request.query, 'marker'),
    showSilent: showsSilentServers(request.version),
    withUserData: view === detailedServer && showsUserData(request),
  };
  const listed = () => listServers(deps, request, question);
  const { key, signal } = askerOf(request);
  const page = hasCostlyPattern(filter) ? await deps.budgets.patterns.run(key, listed, signal) : await listed();
  const { cut, silentCells } = page;
  const servers = view === detailedServer ? await whole(deps, page.servers) : page.servers;
  const body = {
    servers: servers.map((one) => (one.silent ? silentView(one.home, request) : view(one.instance, request))),
    ...nextLink('servers', path, request, uuidOf(servers.at(-1)), cut ? limit : servers.length),
  };
  return new Answer(200, body, silentCellsHeader(silentCells));
}

/** With what the directory knows beyond what cells do, those of silent cells too. */
async function whole(deps: ApiDeps, servers: readonly Listed[]): Promise<readonly Listed[]> {
  const known = servers.map((one) => (one.silent ? one.home.build : one.instance));
  const builds = await withDirectory(deps, known);
  if (builds === known) return servers;
  return servers.map((one, at) => {
    const { securityGroups, ports } = builds[at] ?? (one.silent ? one.home.build : one.instance);
    return one.silent
      ? { ...one, home: { ...one.home, build: { ...one.home.build, securityGroups, ports } } }
      : { ...one, instance: { ...one.instance, securityGroups, ports } };
  });
}

const uuidOf = (listed: Listed | undefined): string | undefined =>
  listed?.silent === true ? listed.home.uuid : listed?.instance.uuid;
