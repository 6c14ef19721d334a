import { computeContract } from '#platform/contracts/compute.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { Transport } from '#platform/tls/transport.ts';

/** A compute agent, and where it serves its contract. */
interface ComputeAddress {
  readonly agentId: string;
  readonly url: string;
}

interface Opened {
  readonly client: Client<typeof computeContract>;
  credential: string;
}

/** Clients of compute agents, one for each agent and address. Each agent gets a credential that is good for it only. */
export class ComputeClients {
  readonly #credentialFor: (agentId: string) => Promise<string>;
  readonly #transport: Transport;
  readonly #opened = new Map<string, Opened>();

  constructor(credentialFor: (agentId: string) => Promise<string>, transport: Transport) {
    this.#transport = transport;
    this.#credentialFor = credentialFor;
  }

  /** Asks for the credential anew each time, since it is short-lived. */
  async at({ agentId, url }: ComputeAddress): Promise<Client<typeof computeContract>> {
    const credential = await this.#credentialFor(agentId);
    const key = `${agentId} ${url}`;
    const known = this.#opened.get(key);
    if (known !== undefined) {
      known.credential = credential;
      return known.client;
    }
    const opened: Opened = {
      client: createClient(computeContract, {
        ...{ url, key: () => opened.credential, connections: 8 },
        transport: this.#transport,
      }),
      credential,
    };
    this.#opened.set(key, opened);
    return opened.client;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#opened.values()].map(({ client }) => client.close()));
  }
}
