import { silentCellsHeader } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { authorize } from '../../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../../http/route.ts';
import { findServer, silentCell } from '../find-server.ts';
import { SHOW } from '../policy.ts';
import { withItsDirectory } from './from-directory.ts';
import { serverResponse } from './schema.ts';
import { groupsOf, withGroups } from './server-groups.ts';
import { detailedServer } from './server-view.ts';
import { shownSilentServer, showsSilentServers } from './silent-server.ts';

/** `GET /servers/{id}` */
export const showRoutes = (deps: ApiDeps): readonly Route[] => [
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
];

async function show(deps: ApiDeps, request: ApiRequest): Promise<unknown> {
  const found = await findServer(deps, request, request.params.id ?? '');
  if (found.kind !== 'silent') {
    authorize(SHOW, request.caller, { projectId: found.instance.projectId });
    const instance = await withItsDirectory(deps, found.instance);
    return { server: withGroups(detailedServer(instance, request), instance, request) };
  }
  authorize(SHOW, request.caller, { projectId: found.home.projectId });
  if (!showsSilentServers(request.version)) throw silentCell(found.cell);
  const home = { ...found.home, build: await withItsDirectory(deps, found.home.build) };
  const body = { server: shownSilentServer(home, request, groupsOf(home.build)) };
  return new Answer(200, body, silentCellsHeader(found.cell === undefined ? [] : [found.cell]));
}
