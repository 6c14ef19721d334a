import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { allAgentKeys, markAgentsDown, removeAgentKeys } from '../../database/stores/agent-keys.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import { addJoinToken, openJoinTokens, removeJoinTokens } from '../../database/stores/join-tokens.ts';
import { isBoundTo } from '../agents/bound-hosts.ts';
import type { ConductorParts } from '../parts.ts';

type Calls = 'addJoinToken' | 'revokeHost' | 'rotateSigningKey';

/** What operators do with the keys of agents. */
export const agentKeyCalls = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  addJoinToken: async ({ tokenHash, hosts, expiresAt }) => {
    const token = { tokenHash, hosts, expiresAt: Date.parse(expiresAt) };
    await addJoinToken(parts.database.write, token, parts.clock.now());
    return {};
  },
  revokeHost: ({ host }) => revokeHost(parts, host),
  rotateSigningKey: async () => {
    await parts.signing.rotate();
    parts.log.info('the cell has a new key to sign with');
    return {};
  },
});

/** The agents are down with their keys, so that no conductor waits for their next heartbeat, which will be refused. */
async function revokeHost(parts: ConductorParts, host: string): Promise<{ revoked: number }> {
  const { revoked, changed } = await parts.database.transaction(async (tx) => {
    const keys = (await allAgentKeys(tx)).filter((key) => isBoundTo(key.hosts, host));
    const tokens = (await openJoinTokens(tx, parts.clock.now())).filter((token) => isBoundTo(token.hosts, host));
    const agentIds = [...new Set(keys.map(({ agentId }) => agentId))];
    await removeAgentKeys(tx, agentIds);
    await removeJoinTokens(
      tx,
      tokens.map(({ tokenHash }) => tokenHash),
    );
    await markAgentsDown(tx, agentIds);
    const hosts: string[] = [];
    for (const agentId of agentIds) hosts.push(...(await refreshUp(tx, agentId)));
    return { revoked: keys.length + tokens.length, changed: hosts };
  });
  parts.hosts.changed(changed);
  parts.log.warn({ host, revoked }, 'the keys of a host were revoked');
  return { revoked };
}
