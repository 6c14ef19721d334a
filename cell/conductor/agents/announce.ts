import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import { allAgentKeys } from '../../database/stores/agent-keys.ts';
import { saveAgent } from '../../database/stores/agents.ts';
import { saveNetworkAgent, saveReports, startedMoment } from '../../database/stores/host-reports.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';
import { isBoundTo } from './bound-hosts.ts';
import { noteOverreach, requireHosts, requireSelf } from './overreach.ts';

type Announce = (typeof agentContract)['calls']['announce'];

/** An agent has started and drives these hosts and no others. A host is up as soon as both its agents are. */
export async function announce(
  parts: ConductorParts,
  caller: Caller,
  request: RequestOf<Announce>,
): Promise<ResponseOf<Announce>> {
  const keys = await requireSelf(parts, caller, request.agentId);
  const startedAt = startedMoment(request.startedAt);
  const reports = request.hosts.filter((host): host is HostReport => 'total' in host);
  if (request.kind === 'compute' && reports.length !== request.hosts.length) {
    throw new VolvoxError('invalid', 'agent.announce: a compute agent must send a full report of each host');
  }
  const hosts = [...request.hosts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = hosts.map((host) => host.name);
  if (caller.id === null) await requireUnboundHosts(parts, request, names);
  else requireHosts(parts, request.agentId, request.kind, keys, names);
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
  return {
    cellId: parts.cell.id,
    cellName: parts.cell.name,
    heartbeatMs: parts.agentTimes.heartbeatMs,
    publicKeys: await parts.signing.publicKeys(),
  };
}

/** Whoever shows the shared key drives no host to which the key of an agent is bound. @throws VolvoxError forbidden. */
async function requireUnboundHosts(
  parts: ConductorParts,
  { agentId, kind }: RequestOf<Announce>,
  names: readonly string[],
): Promise<void> {
  const keys = (await allAgentKeys(parts.database.read)).filter((key) => key.kind === kind);
  const bound = names.filter((name) => keys.some(({ hosts }) => isBoundTo(hosts, name)));
  if (bound.length === 0) return;
  const what = `announced hosts whose agents have keys of their own: ${bound.join(', ')}`;
  noteOverreach(parts, agentId, `${what}; it was refused`);
  throw new VolvoxError('forbidden', `Agent ${agentId} ${what}.`);
}
