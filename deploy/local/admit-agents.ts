import { doorContract } from '#platform/contracts/door.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { createClient } from '#platform/rpc/client.ts';
import { parseJoinToken } from '#platform/rpc/join-token.ts';
import { operatorTransport } from './certificates.ts';
import type { Home } from './home.ts';
import { doorUrl, hostNames } from './process-configs.ts';
import type { CellSettings } from './settings.ts';
import { until } from './until.ts';

const TOKEN_LIFE_MS = 600_000;

/**
 * Makes a token valid with which the agents of a cell join it: those whose configuration carries it and that have no key yet. Waits for the
 * conductor, unless `signal` aborts; the agents may be started meanwhile.
 */
export async function admitAgents(
  home: Home,
  cell: CellSettings,
  simulatedHosts: number,
  token: string,
  wait: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const transport = operatorTransport(home);
  const door = createClient(doorContract, { url: doorUrl(cell), key: cell.doorKey, connections: 1, transport });
  const request = {
    tokenHash: hashOfSecret(parseJoinToken(token).secret),
    hosts: [...hostNames(cell, simulatedHosts)],
    expiresAt: new Date(Date.now() + TOKEN_LIFE_MS).toISOString(),
  };
  const admit = async (): Promise<boolean> => {
    await door.addJoinToken(request);
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
