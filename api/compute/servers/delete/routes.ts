import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery } from '../../../http/parameter-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { DELETE } from '../policy.ts';
import { deleteServer } from './delete-server.ts';

/** `DELETE /servers/{id}` */
export const deleteRoutes = (deps: ApiDeps): readonly Route[] => [
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
