import type { ApiClient } from '../../../deploy/client/api-client.ts';
import { deleteEverything } from '../../support/many-servers.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type Request, send } from './network-calls.ts';
import { ROW_NAME } from './network-rows.ts';

interface Listed {
  readonly id: string;
  readonly name?: string;
  readonly device_owner?: string;
  readonly device_id?: string;
  readonly fixed_ips?: readonly { readonly subnet_id: string }[];
}

/** Deletes all servers, and all that rows have made of networks, until nothing is left or the time is over. @returns what is left. */
export async function deleteAll(admin: ApiClient, timeoutMs: number): Promise<readonly string[]> {
  const servers = await deleteEverything(admin, timeoutMs);
  let left: readonly string[] = [];
  await waitUntil(
    'everything to be gone',
    async () => {
      left = (await deleteOnce(admin)).map(String);
      return left.length === 0;
    },
    timeoutMs,
    250,
  ).catch(() => undefined);
  return [...servers.map(({ id, status }) => `server ${id} (${status})`), ...left];
}

/** What has the name of a row goes, in an order in which nothing is in use. @returns what was refused. */
async function deleteOnce(admin: ApiClient): Promise<readonly string[]> {
  const refused: string[] = [];
  const list = async (collection: string): Promise<readonly Listed[]> => {
    const answer = (await send(admin, { operation: `GET /v2.0/${collection}` })) as unknown as Record<string, Listed[]>;
    return answer[collection.replaceAll('-', '_')] ?? [];
  };
  const ask = async (request: Request): Promise<void> => {
    await send(admin, request).catch((error: Error) => refused.push(error.message));
  };
  const own = async (collection: string) => (await list(collection)).filter(({ name = '' }) => ROW_NAME.test(name));
  for (const { id } of await list('floatingips'))
    await ask({ operation: 'DELETE /v2.0/floatingips/{id}', path: { id } });
  for (const { id } of await own('routers')) {
    await ask({
      operation: 'PUT /v2.0/routers/{id}',
      path: { id },
      body: { router: { external_gateway_info: null, routes: [] } },
    });
    const interfaces = (await list('ports')).filter((port) => port.device_id === id);
    for (const port of interfaces)
      await ask({
        operation: 'PUT /v2.0/routers/{id}/remove_router_interface',
        path: { id },
        body: { port_id: port.id },
      });
    await ask({ operation: 'DELETE /v2.0/routers/{id}', path: { id } });
  }
  for (const { id } of await own('ports')) await ask({ operation: 'DELETE /v2.0/ports/{id}', path: { id } });
  for (const collection of ['networks', 'security-groups', 'address-groups'])
    for (const { id } of await own(collection))
      await ask({ operation: `DELETE /v2.0/${collection}/{id}`, path: { id } });
  return refused;
}
