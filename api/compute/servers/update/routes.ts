import type { ApiDeps } from '../../../deps.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { UPDATE } from '../policy.ts';
import { withItsDirectory } from '../show/from-directory.ts';
import { withGroups } from '../show/server-groups.ts';
import { detailedServer, plainServer } from '../show/server-view.ts';
import { UPDATE_SERVER, type UpdateServerBody, updatedServerResponse } from './schema.ts';
import { updateServer } from './update-server.ts';

/** `wholeAnswer`: the answer has what extensions added. */
const SINCE = since({ wholeAnswer: 75 });

/** `PUT /servers/{id}` */
export const updateRoutes = (deps: ApiDeps): readonly Route[] => [
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
];

async function update(deps: ApiDeps, request: ApiRequest<UpdateServerBody>): Promise<unknown> {
  const updated = await updateServer(deps, request, request.params.id ?? '');
  const instance = await withItsDirectory(deps, updated);
  const view = SINCE.wholeAnswer(request.version) ? detailedServer : plainServer;
  return { server: withGroups(view(instance, request), instance, request) };
}
