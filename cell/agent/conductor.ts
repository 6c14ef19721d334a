import { agentContract } from '#platform/contracts/agent.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '#platform/tls/transport.ts';

export type ConductorClient = Client<typeof agentContract>;

/**
 * The conductors of this cell as one: a call goes to the one that answered last, and on to the next when it cannot be reached. One
 * that does not answer in time may have carried the call out, so that call fails; the next one goes elsewhere.
 */
export interface Conductor {
  /** @throws VolvoxError as the conductor said it; `unavailable` when none of them can be reached; `deadline-exceeded` when one was silent. */
  ask<T>(question: (conductor: ConductorClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param key returns the credential; it is called before each call, because the key may change. @param cell the cell of which they must be; without it, that of the own certificate. */
export function createConductor(
  urls: readonly string[],
  key: () => string,
  transport: Transport = PLAIN_ON_LOOPBACK,
  cell?: string,
): Conductor {
  const peer = { key, connections: 8, transport, ...(cell === undefined ? {} : { cell }) };
  return conductorOf(urls.map((url) => createClient(agentContract, { ...peer, url })));
}

export function conductorOf(clients: readonly ConductorClient[]): Conductor {
  let current = 0;
  return {
    ask: async (question) => {
      let last: unknown = new VolvoxError('unavailable', 'No conductor is configured (cell.conductorUrls).');
      for (let tried = 0; tried < clients.length; tried++) {
        const client = clients[current];
        if (client === undefined) break;
        try {
          return await question(client);
        } catch (error) {
          const late = isVolvoxError(error, 'deadline-exceeded');
          if (!late && !isVolvoxError(error, 'unavailable')) throw error;
          // Of several calls that fail at once, one moves on.
          if (clients[current] === client) current = (current + 1) % clients.length;
          if (late) throw error;
          last = error;
        }
      }
      throw last;
    },
    close: async () => {
      await Promise.allSettled(clients.map((client) => client.close()));
    },
  };
}
