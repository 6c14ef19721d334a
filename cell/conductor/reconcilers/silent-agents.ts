import { giveUpAgent, silentAgents } from '../../database/stores/agents.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';
import type { Reconciler } from './periodically.ts';

/**
 * An agent is silent if it is up and its last heartbeat is older than `agentDownAfterMs`. It is given up, and with it its hosts: no
 * new guest goes there, builds there go elsewhere. Its next heartbeat is answered "not known", and it announces itself.
 */
export const silentAgentsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'silent-agents',
  everyMs: Math.max(100, Math.floor(parts.agentTimes.downAfterMs / 5)),
  reconcile: async () => {
    const since = parts.clock.now() - parts.agentTimes.downAfterMs;
    for (const agent of await silentAgents(parts.database.read, since)) {
      const hosts = await parts.database.transaction(async (tx) =>
        (await giveUpAgent(tx, agent.id, since)) ? refreshUp(tx, agent.id) : null,
      );
      if (hosts === null) continue;
      parts.hosts.changed(hosts);
      parts.log.warn({ agent: agent.id, kind: agent.kind, hosts: hosts.length }, 'agent is silent; its hosts are down');
    }
  },
});
