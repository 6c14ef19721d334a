import { computeContract } from '#platform/contracts/compute.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { Transport } from '#platform/tls/transport.ts';

/** Clients of compute agents, one for each address. */
export class ComputeClients {
  readonly #key: () => string;
  readonly #transport: Transport;
  readonly #clients = new Map<string, Client<typeof computeContract>>();

  constructor(key: () => string, transport: Transport) {
    this.#key = key;
    this.#transport = transport;
  }

  at(url: string): Client<typeof computeContract> {
    const known = this.#clients.get(url);
    if (known !== undefined) return known;
    const client = createClient(computeContract, {
      ...{ url, key: this.#key(), connections: 8 },
      transport: this.#transport,
    });
    this.#clients.set(url, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map((client) => client.close()));
  }
}
