import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import { addAgentKey, hostsOfAgent, isEnded, keysOfAgent, removeEndedKeys } from '../../database/stores/agent-keys.ts';
import { lockJoinToken, spendJoinToken } from '../../database/stores/join-tokens.ts';
import type { ConductorParts } from '../parts.ts';
import { notBoundTo } from './bound-hosts.ts';

type Join = (typeof agentContract)['calls']['join'];

/**
 * Spends a token: the agent gets a key that is bound to the token's hosts. Whoever has a token for one host cannot become the agent of
 * another: an agent that drives, or has a key for, other hosts is refused.
 */
export async function join(
  parts: ConductorParts,
  { token, agentId, kind, keyHash }: RequestOf<Join>,
): Promise<ResponseOf<Join>> {
  const now = parts.clock.now();
  const tokenHash = hashOfSecret(token);
  const { hosts, expiresAt } = await parts.database.transaction(async (tx) => {
    const found = await lockJoinToken(tx, tokenHash, now);
    const spentBy = found?.spentBy[kind] ?? null;
    if (found === null || (spentBy !== null && spentBy !== agentId)) {
      throw new VolvoxError(
        'unauthenticated',
        `The token is wrong, has expired, or was spent by another ${kind} agent.`,
      );
    }
    const known = await keysOfAgent(tx, agentId);
    if (known.some((key) => key.kind !== kind)) {
      throw new VolvoxError('forbidden', `Agent ${agentId} is no ${kind} agent.`);
    }
    if (spentBy === agentId && !known.some((key) => key.keyHash === keyHash)) {
      throw new VolvoxError('unauthenticated', 'The token was spent with another key. A new one is needed.');
    }
    const driven = [...(await hostsOfAgent(tx, agentId)), ...known.flatMap((key) => key.hosts)];
    const others = notBoundTo(found.hosts, driven);
    if (others.length > 0) {
      throw new VolvoxError(
        'forbidden',
        `Agent ${agentId} drives hosts that the token does not name: ${others.join(', ')}.`,
      );
    }
    await removeEndedKeys(
      tx,
      agentId,
      known.filter((key) => isEnded(key, known, now)),
    );
    await spendJoinToken(tx, tokenHash, kind, agentId);
    await addAgentKey(tx, { agentId, keyHash, kind, hosts: found.hosts, createdAt: now });
    return found;
  });
  parts.log.info({ agent: agentId, kind, hosts, tokenExpiresAt: expiresAt }, 'an agent joined the cell');
  return { cellId: parts.cell.id, cellName: parts.cell.name, hosts: [...hosts] };
}
