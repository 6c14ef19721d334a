import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery, noQuery, string } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { shape } from '../../../http/response-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { askHome } from '../find-server.ts';

const PASSWORD_SHOW = policy('os_compute_api:os-server-password:show');
const PASSWORD_CLEAR = policy('os_compute_api:os-server-password:clear');

/** `/servers/{id}/os-server-password`: what the guest has posted to the metadata service, encrypted with the server's key. */
export const passwordRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/os-server-password',
    summary: 'Shows the encrypted password that the guest has posted; empty when it has posted none.',
    policy: PASSWORD_SHOW,
    authorizes: 'handler',
    query: noQuery,
    response: always(shape({ password: string })),
    handle: async (request) => {
      const { requestId, signal, caller } = request;
      const uuid = request.params.id ?? '';
      return askHome(
        deps,
        request,
        uuid,
        async (door, { projectId }) => {
          authorize(PASSWORD_SHOW, caller, { projectId });
          return door.serverPassword({ uuid }, { requestId, signal });
        },
        ({ projectId }) => {
          authorize(PASSWORD_SHOW, caller, { projectId });
          return { password: '' };
        },
      );
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id/os-server-password',
    status: 204,
    summary: 'Forgets the encrypted password; the guest may post another one.',
    policy: PASSWORD_CLEAR,
    authorizes: 'handler',
    query: ignoredQuery,
    response: always('empty'),
    handle: async (request) => {
      const { requestId, caller } = request;
      const uuid = request.params.id ?? '';
      await askHome(
        deps,
        request,
        uuid,
        async (door, { projectId }) => {
          authorize(PASSWORD_CLEAR, caller, { projectId });
          await door.clearServerPassword({ uuid }, { requestId });
        },
        ({ projectId }) => authorize(PASSWORD_CLEAR, caller, { projectId }),
      );
    },
  }),
];
