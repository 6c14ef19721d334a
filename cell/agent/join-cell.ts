import type { AgentKind } from '#platform/contracts/agent.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { loadAgentId } from './agent-id.ts';
import { createConductor } from './conductor.ts';
import { keepJoinedSecret, secretToJoinWith } from './credential.ts';

interface JoinOptions {
  readonly kind: AgentKind;
  readonly stateDir: string;
  readonly conductorUrls: readonly string[];
  readonly token: string;
  readonly transport: Transport;
}

interface Joined {
  readonly agentId: string;
  readonly cellName: string;
  /** The hosts that the key is bound to. */
  readonly hosts: readonly string[];
}

/**
 * Gives the agent of this state folder a key of its own, for a one-time token. The secret is made here and only its hash is sent. Repeating
 * it after a crash or a lost answer has the same result. A key that the agent has already stays valid until the new one was used.
 * @throws VolvoxError what the conductor said; `unavailable` when no conductor can be reached.
 */
export async function joinCell({ kind, stateDir, conductorUrls, token, transport }: JoinOptions): Promise<Joined> {
  const agentId = await loadAgentId(stateDir);
  const secret = await secretToJoinWith(stateDir);
  const conductor = createConductor(conductorUrls, () => token, transport);
  try {
    const question = { token, agentId, kind, keyHash: hashOfSecret(secret) };
    const { cellName, hosts } = await conductor.ask((client) => client.join(question));
    await keepJoinedSecret(stateDir);
    return { agentId, cellName, hosts };
  } finally {
    await conductor.close();
  }
}
