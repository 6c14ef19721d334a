import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { HostReport } from '#platform/objects/host.ts';
import { saveAgent } from '../../database/stores/agents.ts';
import { saveNetworkAgent, saveReports, startedMoment } from '../../database/stores/host-reports.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';

type Announce = (typeof agentContract)['calls']['announce'];

/** An agent has started and drives these hosts and no others. A host is up as soon as both its agents are. */
export async function announce(parts: ConductorParts, request: RequestOf<Announce>): Promise<ResponseOf<Announce>> {
  const startedAt = startedMoment(request.startedAt);
  const reports = request.hosts.filter((host): host is HostReport => 'total' in host);
  if (request.kind === 'compute' && reports.length !== request.hosts.length) {
    throw new VolvoxError('invalid', 'agent.announce: a compute agent must send a full report of each host');
  }
  const hosts = [...request.hosts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const changed = await parts.database.transaction(async (tx) => {
    await saveAgent(tx, {
      id: request.agentId,
      kind: request.kind,
      url: request.url,
      release: request.release,
      startedAt,
      lastSeenAt: parts.clock.now(),
      up: true,
    });
    if (request.kind === 'compute') await saveReports(tx, request.agentId, reports, parts.ratios, startedAt);
    else await saveNetworkAgent(tx, request.agentId, hosts, startedAt);
    return refreshUp(tx, request.agentId);
  });
  parts.hosts.changed(changed);
  parts.log.info({ agent: request.agentId, kind: request.kind, hosts: hosts.length }, 'agent announced itself');
  return { cellId: parts.cell.id, cellName: parts.cell.name, heartbeatMs: parts.agentTimes.heartbeatMs };
}
