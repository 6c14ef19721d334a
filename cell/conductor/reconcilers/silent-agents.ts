import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { giveUpAgent, silentAgents } from '../../database/stores/agents.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * An agent is silent if it is up, its last heartbeat is older than `agentDownAfterMs`, and this conductor could have heard it all that
 * time: its rounds had no failure (the database answered) and no gap (the process ran). Otherwise the conductor itself may be the cause.
 * A silent agent is marked down together with its hosts: no new guest is created there, and builds there continue on other hosts. The
 * conductor answers its next heartbeat with "not known", so the agent announces itself again.
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
        await giveUpSilent(parts, now - downAfterMs, listeningSince);
      } catch (error) {
        listeningSince = null;
        throw error;
      }
    },
  };
};

async function giveUpSilent(parts: ConductorParts, since: number, listeningSince: number): Promise<void> {
  const silent = await silentAgents(parts.database.read, since);
  if (listeningSince > since) return;
  for (const agent of silent) {
    const hosts = await parts.database.transaction(async (tx) =>
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
