import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { giveUpAgent, listAgents, silentAgents } from '../../database/stores/agents.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * An agent is silent if it is up, its last heartbeat is older than `agentDownAfterMs`, and this conductor could have heard it all that
 * time: its rounds had no failure (the database answered) and no gap (the process ran). Otherwise the conductor itself may be the cause.
 * A silent agent is marked down together with its hosts: no new guest is created there, and builds there continue on other hosts. The
 * conductor answers its next heartbeat with "not known", so the agent announces itself again.
 *
 * When all compute agents of a cell fall silent together, their conductor is more likely to be deaf than all of their hosts dead: it gives
 * them `DEAF_FACTOR` times as long. A cell with one compute agent cannot tell, and waits no longer.
 */
export const silentAgentsReconciler = (parts: ConductorParts): Reconciler => {
  const { downAfterMs } = parts.agentTimes;
  let listeningSince: number | null = null;
  let lastRound = 0;
  return {
    name: 'silent-agents',
    everyMs: Math.max(100, Math.floor(downAfterMs / 5)),
    reconcile: async () => {
      const now = parts.clock.now();
      if (listeningSince === null || now - lastRound > downAfterMs / 2) listeningSince = now;
      lastRound = now;
      try {
        await giveUpSilent(parts, now, listeningSince);
      } catch (error) {
        listeningSince = null;
        throw error;
      }
    },
  };
};

const DEAF_FACTOR = 3;

async function giveUpSilent(parts: ConductorParts, now: number, listeningSince: number): Promise<void> {
  const { database, agentTimes } = parts;
  const suspect = await silentAgents(database.read, now - agentTimes.downAfterMs);
  if (suspect.length === 0) return;
  const factor = (await mayBeDeaf(parts, now - agentTimes.downAfterMs)) ? DEAF_FACTOR : 1;
  const since = now - factor * agentTimes.downAfterMs;
  if (listeningSince > since) return;
  for (const agent of suspect.filter((one) => one.lastSeenAt < since)) {
    const hosts = await database.transaction(async (tx) =>
      (await giveUpAgent(tx, agent.id, since)) ? refreshUp(tx, agent.id) : null,
    );
    if (hosts === null) continue;
    parts.hosts.changed(hosts);
    parts.log.warn(
      { agent: agent.id, kind: agent.kind, hosts: hosts.length },
      'agent is silent; it is marked down with its hosts',
    );
  }
}

/** No compute agent of several that are up has been heard since. */
async function mayBeDeaf({ database }: ConductorParts, since: number): Promise<boolean> {
  const agents = (await listAgents(database.read, 'compute')).filter(({ up }) => up);
  return agents.length > 1 && agents.every((agent) => agent.lastSeenAt < since);
}
