import { doorContract } from '#platform/contracts/door.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { createClient } from '#platform/rpc/client.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import { operatorTransport } from './certificates.ts';
import type { Home } from './home.ts';
import { boundName, doorUrl } from './process-configs.ts';
import { type CellSettings, hostsOf } from './settings.ts';
import { until } from './until.ts';

const TOKEN_LIFE_MS = 600_000;

/**
 * Makes the tokens valid with which the agents of a cell join it: those whose configuration carries one and that have no key yet. Waits for the
 * conductor, unless `signal` aborts; the agents may be started meanwhile.
 */
export async function admitAgents(
  home: Home,
  cell: CellSettings,
  simulatedHosts: number,
  tokens: ReadonlyMap<string, string>,
  wait: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const transport = operatorTransport(home);
  const door = createClient(doorContract, { url: doorUrl(cell), key: cell.doorKey, connections: 1, transport });
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS).toISOString();
  const requests = hostsOf(cell).flatMap((host) => {
    const token = tokens.get(host.name);
    if (token === undefined) return [];
    const tokenHash = hashOfSecret(parseJoinToken(token).secret);
    return [{ tokenHash, hosts: [boundName(host, simulatedHosts)], expiresAt }];
  });
  const admit = async (): Promise<boolean> => {
    for (const request of requests) await door.addJoinToken(request);
    return true;
  };
  try {
    await until(`the conductor of ${cell.name} to admit its agents`, admit, {
      timeoutMs: wait.timeoutMs,
      givenUp: () => wait.signal?.throwIfAborted(),
    });
  } finally {
    await door.close();
  }
}
