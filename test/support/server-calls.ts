import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { NewServer, ServerAction } from '../../deploy/client/views.ts';

type Headers = Readonly<Record<string, string>>;

/** Asks for one server. @returns its id. @throws ApiError when it is refused. */
export async function newServer(api: ApiClient, server: NewServer, headers: Headers = {}): Promise<string> {
  const answer = await api.call('compute', 'POST /servers', { body: { server }, headers });
  if (!('server' in answer)) throw new Error('the API did not say which server it creates');
  return answer.server.id;
}

/** Begins an action. @throws ApiError when it is refused. */
export const actOn = (api: ApiClient, id: string, body: ServerAction, headers: Headers = {}) =>
  api.call('compute', 'POST /servers/{id}/action', { path: { id }, body, headers });

/** Begins a move to another cell. @returns its id. */
export async function beginMove(api: ApiClient, server: string, cell: string): Promise<string> {
  const { move } = await api.call('federation', 'POST /v1/moves', { body: { server, cell } });
  if (!('id' in move)) throw new Error('the API has planned a move instead of beginning one');
  return move.id;
}

/** The last lines of the serial console. */
export async function consoleOf(api: ApiClient, id: string): Promise<string> {
  const answer = await actOn(api, id, { 'os-getConsoleOutput': {} });
  return answer !== null && 'output' in answer ? answer.output : '';
}
