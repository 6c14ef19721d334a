import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { hashOfSecret } from '#platform/rpc/agent-credential.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { addAgentKey, hostsOfAgent, isEnded, nextKeyMoment, removeKeys } from '../../database/stores/agent-keys.ts';
import { enrolmentOf, recordEnrolment, takeEnrolmentLock } from '../../database/stores/enrolments.ts';
import { lockJoinToken, spendJoinToken } from '../../database/stores/join-tokens.ts';
import type { ConductorParts } from '../parts.ts';
import { notBoundTo } from './bound-hosts.ts';
import { namedBriefly } from './named-briefly.ts';

type Join = (typeof agentContract)['calls']['join'];

/**
 * Spends a token: the agent gets a key that is bound to the token's hosts. Whoever has a token for one host cannot become the agent of
 * another: an agent that drives, or has a key for, other hosts is refused.
 */
export async function join(parts: ConductorParts, request: RequestOf<Join>): Promise<ResponseOf<Join>> {
  const { agentId, kind } = request;
  const now = parts.clock.now();
  const { hosts, expiresAt } = await parts.database.transaction((tx) => joinIn(tx, request, now));
  void parts.agentUsers.compare();
  parts.log.info({ agent: agentId, kind, hosts, tokenExpiresAt: expiresAt }, 'an agent joined the cell');
  return { cellId: parts.cell.id, cellName: parts.cell.name, hosts: [...hosts] };
}

async function joinIn(
  tx: CellTx,
  { token, agentId, kind, keyHash }: RequestOf<Join>,
  now: number,
): Promise<{ readonly hosts: readonly string[]; readonly expiresAt: number }> {
  await takeEnrolmentLock(tx);
  const tokenHash = hashOfSecret(token);
  const found = await lockJoinToken(tx, tokenHash, now);
  const spentBy = found?.spentBy[kind] ?? null;
  if (found === null || (spentBy !== null && spentBy !== agentId)) {
    throw new VolvoxError('unauthenticated', `The token is wrong, has expired, or was spent by another ${kind} agent.`);
  }
  const { enrolledAs, keys } = await enrolmentOf(tx, agentId);
  if (enrolledAs !== null && enrolledAs !== kind) {
    throw new VolvoxError('forbidden', `Agent ${agentId} is no ${kind} agent.`);
  }
  const ended = keys.filter((key) => isEnded(key, keys, now));
  const valid = keys.filter((key) => !ended.includes(key));
  if (spentBy === agentId) {
    // The answer was lost. A key that has ended since does not come back.
    if (valid.some((key) => key.keyHash === keyHash)) return found;
    throw new VolvoxError('unauthenticated', 'The token was spent with another key. A new one is needed.');
  }
  const driven = [...(await hostsOfAgent(tx, agentId)), ...valid.flatMap((key) => key.hosts)];
  const others = [...new Set(notBoundTo(found.hosts, driven))];
  if (others.length > 0) {
    throw new VolvoxError(
      'forbidden',
      `Agent ${agentId} drives hosts that the token does not name: ${namedBriefly(others)}.`,
    );
  }
  await removeKeys(
    tx,
    agentId,
    ended.map((key) => key.keyHash),
  );
  await spendJoinToken(tx, tokenHash, kind, agentId);
  await addAgentKey(tx, { agentId, keyHash, kind, hosts: found.hosts, createdAt: await nextKeyMoment(tx, now) });
  await recordEnrolment(tx, { agentId, kind, hosts: found.hosts }, now);
  return found;
}
