import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { type Route, route } from '../../../http/route.ts';
import { openConsole, type Protocol, REMOTE_CONSOLES } from './open-console.ts';
import { remoteConsoleBody, remoteConsoleResponse } from './schema.ts';

interface RemoteConsoleBody {
  readonly remote_console: { readonly protocol: Protocol; readonly type: string };
}

/** `/servers/{id}/remote-consoles` */
export const remoteConsoleRoutes = (deps: ApiDeps): readonly Route[] => [
  route<RemoteConsoleBody>({
    method: 'POST',
    path: '/servers/:id/remote-consoles',
    since: 6,
    summary: 'Opens a console of a server: its screen or its serial port, at the URL in the answer.',
    policy: REMOTE_CONSOLES,
    authorizes: 'handler',
    query: noQuery,
    body: remoteConsoleBody,
    response: always(remoteConsoleResponse),
    handle: async (request) => {
      const { protocol, type } = request.body.remote_console;
      return { remote_console: { protocol, type, url: await openConsole(deps, request, { protocol, type }) } };
    },
  }),
];
