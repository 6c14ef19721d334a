import { computeContract } from '#platform/contracts/compute.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';

/** Clients of compute agents, one for each address. */
export class ComputeClients {
  readonly #key: () => string;
  readonly #clients = new Map<string, Client<typeof computeContract>>();

  constructor(key: () => string) {
    this.#key = key;
  }

  at(url: string): Client<typeof computeContract> {
    const known = this.#clients.get(url);
    if (known !== undefined) return known;
    const client = createClient(computeContract, { url, key: this.#key(), connections: 8 });
    this.#clients.set(url, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map((client) => client.close()));
  }
}
