import type { agentContract } from '#platform/contracts/agent.ts';
import type { RequestOf, ResponseOf } from '#platform/contracts/contract.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import { moment } from '../../database/moment.ts';
import { saveAgent } from '../../database/stores/agents.ts';
import { shareEnrolmentLock } from '../../database/stores/enrolments.ts';
import { saveNetworkAgent, saveReports } from '../../database/stores/host-reports.ts';
import { refreshUp } from '../../database/stores/hosts.ts';
import type { ConductorParts } from '../parts.ts';
import { agentKeyRefused } from './authenticate-agent.ts';
import { noteOverreach, noteSharedKey, requireSelf } from './overreach.ts';
import { whyNotDriven } from './why-not-driven.ts';

type Announce = (typeof agentContract)['calls']['announce'];

/**
 * An agent has started and drives these hosts and no others. A host is up as soon as both its agents are. The keys are looked at in the
 * transaction that sets that, so a host cannot come up after its revocation.
 */
export async function announce(
  parts: ConductorParts,
  caller: Caller,
  request: RequestOf<Announce>,
): Promise<ResponseOf<Announce>> {
  await requireSelf(parts, caller, request.agentId);
  const now = parts.clock.now();
  const startedAt = startOf(request.startedAt, now);
  const reports = request.hosts.filter((host): host is HostReport => 'total' in host);
  if (request.kind === 'compute' && reports.length !== request.hosts.length) {
    throw new VolvoxError('invalid', 'agent.announce: a compute agent must send a full report of each host');
  }
  const hosts = [...request.hosts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = hosts.map((host) => host.name);
  const { refused, changed } = await parts.database.transaction(async (tx) => {
    await shareEnrolmentLock(tx);
    const why = await whyNotDriven(tx, caller, { ...request, names, now });
    if (why !== null) return { refused: why, changed: [] };
    await saveAgent(tx, {
      id: request.agentId,
      kind: request.kind,
      url: request.url,
      release: request.release,
      startedAt,
      lastSeenAt: now,
      up: true,
    });
    if (request.kind === 'compute') await saveReports(tx, request.agentId, reports, parts.ratios, startedAt);
    else await saveNetworkAgent(tx, request.agentId, hosts, startedAt);
    return { refused: null, changed: await refreshUp(tx, request.agentId) };
  });
  if (refused === 'key ended') throw agentKeyRefused();
  if (refused !== null) {
    if (caller.id === null) noteSharedKey(parts, `${refused.did} (agent ${request.agentId}); it was refused`);
    else noteOverreach(parts, request.agentId, `${refused.did}; it was refused`);
    throw new VolvoxError('forbidden', `Agent ${request.agentId} ${refused.did}.`);
  }
  parts.hosts.changed(changed);
  parts.log.info({ agent: request.agentId, kind: request.kind, hosts: hosts.length }, 'agent announced itself');
  return {
    cellId: parts.cell.id,
    cellName: parts.cell.name,
    heartbeatMs: parts.agentTimes.heartbeatMs,
    publicKeys: await parts.signing.publicKeys(),
  };
}

/** When the agent says that it started, in the format of the tables. An agent whose clock is ahead has started now. @throws VolvoxError invalid. */
function startOf(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at) || at < 0) {
    throw new VolvoxError('invalid', 'agent.announce: startedAt is no moment since 1970');
  }
  return moment(Math.min(at, now));
}
