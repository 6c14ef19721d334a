import type { Command } from 'commander';
import { type ApiClient, ApiError } from '../client/api-client.ts';
import { explanation } from './explain-view.ts';
import { findId } from './find-id.ts';
import { openSession } from './session.ts';

/** `volvox explain`: operators see the decision with its hosts and cells, owners what the server's fault says. */
export function addExplainCommand(program: Command): void {
  program
    .command('explain <server>')
    .description('say why a server is where it is, or why no host takes it (an owner sees its fault only)')
    .action(async (nameOrId: string) => {
      const { api, show, say, json } = await openSession(program, 'admin');
      const id = await idOf(api, nameOrId);
      const decided = await asOperator(() => api.call('federation', 'GET /v1/servers/{id}/decision', { path: { id } }));
      if (decided === null) {
        const { server } = await api.call('compute', 'GET /servers/{id}', { path: { id } });
        const { name, status, fault } = server;
        show({ id, name, status, fault: fault?.message ?? null });
      } else if (json) show({ ...decided });
      else say(explanation(decided).trimEnd());
    });
}

/** Null: the caller is no operator. */
async function asOperator<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

/** Of a server of any project, if the caller may look into all of them. */
const idOf = async (api: ApiClient, nameOrId: string): Promise<string> =>
  (await asOperator(() => findId(api, 'servers', nameOrId, { everywhere: true }))) ?? findId(api, 'servers', nameOrId);
