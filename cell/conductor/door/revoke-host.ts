import type { CellTx } from '../../database/cell-database.ts';
import { allAgentKeys, markAgentsDown, removeAgentKeys } from '../../database/stores/agent-keys.ts';
import {
  recordEnrolment,
  recordHosts,
  takeEnrolmentLock,
  unenrolledDrivers,
} from '../../database/stores/enrolments.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import { openJoinTokens, removeJoinTokens } from '../../database/stores/join-tokens.ts';
import { mayMeet } from '../agents/bound-hosts.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * Ends the keys of the agents that may drive a host, and the open tokens for it. `host` may end in `*`. Agents that drive it with the shared
 * key are refused from now on too. All of them come back by joining and in no other way. They are down with their keys, so that no conductor
 * waits for their next heartbeat, which will be refused.
 */
export async function revokeHost(parts: ConductorParts, host: string): Promise<{ revoked: number }> {
  const { revoked, changed } = await parts.database.transaction((tx) => revokeIn(tx, host, parts.clock.now()));
  parts.hosts.changed(changed);
  await parts.agentUsers.compare();
  parts.log.warn({ host, revoked }, 'the keys of a host were revoked');
  return { revoked };
}

async function revokeIn(tx: CellTx, host: string, now: number): Promise<{ revoked: number; changed: string[] }> {
  await takeEnrolmentLock(tx);
  const keys = (await allAgentKeys(tx)).filter((key) => mayMeet(key.hosts, host));
  const tokens = (await openJoinTokens(tx, now)).filter((token) => mayMeet(token.hosts, host));
  for (const key of keys) await recordEnrolment(tx, key, now);
  const sharing = (await unenrolledDrivers(tx)).filter(({ hostName }) => mayMeet([hostName], host));
  await removeAgentKeys(
    tx,
    keys.map(({ agentId }) => agentId),
  );
  await removeJoinTokens(
    tx,
    tokens.map(({ tokenHash }) => tokenHash),
  );
  for (const { agentId, kind, hostName } of sharing)
    await recordEnrolment(tx, { agentId, kind, hosts: [hostName] }, now);
  for (const kind of ['compute', 'network'] as const) await recordHosts(tx, kind, [host], now);
  const agentIds = [...new Set([...keys, ...sharing].map(({ agentId }) => agentId))];
  await markAgentsDown(tx, agentIds);
  const changed: string[] = [];
  for (const agentId of agentIds) changed.push(...(await refreshUp(tx, agentId)));
  const sharingAgents = new Set(sharing.map(({ agentId }) => agentId)).size;
  return { revoked: keys.length + tokens.length + sharingAgents, changed };
}
