import { computeContract } from '#platform/contracts/compute.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { Transport } from '#platform/tls/transport.ts';

/** A compute agent, and where it serves its contract. */
interface ComputeAddress {
  readonly agentId: string;
  readonly url: string;
}

interface Opened {
  readonly url: string;
  readonly client: Client<typeof computeContract>;
  credential: string;
}

/** Clients of compute agents, one for each agent, at its last address. Each agent gets a credential that is good for it only. */
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
    const known = this.#opened.get(agentId);
    if (known?.url === url) {
      known.credential = credential;
      return known.client;
    }
    const opened: Opened = {
      url,
      client: createClient(computeContract, {
        ...{ url, key: () => opened.credential, connections: 8 },
        transport: this.#transport,
      }),
      credential,
    };
    this.#opened.set(agentId, opened);
    // An agent has one address. One that tells another each time must not cost connections for each.
    await known?.client.close();
    return opened.client;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#opened.values()].map(({ client }) => client.close()));
  }
}
