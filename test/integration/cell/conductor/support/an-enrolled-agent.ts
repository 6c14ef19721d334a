import { randomUUID } from 'node:crypto';
import { type AgentKind, agentContract } from '#platform/contracts/agent.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { credentialText, hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { CellWorld } from './cell-world.ts';
import { aHostReport } from './fake-agents.ts';

type AgentClient = Client<typeof agentContract>;
const A_HOST = { vcpus: 16, ramMb: 65_536, diskGb: 1_000 };

/** A token for these hosts, as `volvox host token` makes one. */
export async function aJoinToken(world: CellWorld, hosts: string[], livesMs = 60_000): Promise<string> {
  const token = newSecret();
  const expiresAt = new Date(Date.now() + livesMs).toISOString();
  await world.door.addJoinToken({ tokenHash: hashOfSecret(token), hosts, expiresAt });
  return token;
}

/** An agent with a key of its own, played by a test. */
export class EnrolledAgent {
  readonly kind: AgentKind;
  readonly agentId: string;
  readonly client: AgentClient;
  credential: string;
  readonly #url: string;

  constructor(world: CellWorld, kind: AgentKind, agentId: string, secret: string) {
    this.kind = kind;
    this.agentId = agentId;
    this.credential = credentialText({ agentId, secret });
    this.#url = world.conductor.http.address();
    this.client = createClient(agentContract, { url: this.#url, key: () => this.credential });
  }

  static async join(
    world: CellWorld,
    kind: AgentKind,
    token: string,
    agentId: string = randomUUID(),
  ): Promise<EnrolledAgent> {
    const secret = newSecret();
    await joinWith(world, token, { agentId, kind, keyHash: hashOfSecret(secret) });
    return new EnrolledAgent(world, kind, agentId, secret);
  }

  /** The contract in an earlier version, with the same key. */
  older(contract: typeof agentContract): AgentClient {
    return createClient(contract, { url: this.#url, key: () => this.credential });
  }

  announce(hosts: readonly string[], agentId = this.agentId, kind = this.kind) {
    return this.client.announce({
      ...{ agentId, kind, url: 'http://127.0.0.1:9', startedAt: new Date().toISOString(), release: 'test' },
      hosts: hosts.map((name) => (kind === 'compute' ? aHostReport(name, A_HOST) : { name })),
    });
  }

  /** Reports every desired port, or guest, of its hosts as settled. */
  async settle(): Promise<void> {
    const { agentId } = this;
    const question = { agentId, ids: null, unsettledOnly: false };
    if (this.kind === 'network') {
      const { bindings } = await this.client.desiredBindings(question);
      const settled = bindings.map(({ bindingId, hostName, generation, present }) => ({
        ...{ bindingId, hostName, generation, present, settled: true, error: null },
      }));
      await this.client.reportBindings({ agentId, bindings: settled });
    } else {
      const { guests } = await this.client.desiredGuests(question);
      await this.client.reportGuests({ agentId, guests: guests.map(asRunning) });
    }
  }
}

export const asRunning = ({ guestId, hostName, epoch, generation, restarts }: DesiredGuest) => ({
  ...{ guestId, hostName, epoch, generation, power: 'running' as const, settled: true, restarts },
  ...{ error: null, progress: 100, stoppedByItself: false },
});

export async function joinWith(
  world: CellWorld,
  token: string,
  agent: { readonly agentId: string; readonly kind: AgentKind; readonly keyHash: string },
): Promise<void> {
  const client = createClient(agentContract, { url: world.conductor.http.address(), key: token });
  try {
    await client.join({ token, ...agent });
  } finally {
    await client.close();
  }
}
