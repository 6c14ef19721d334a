import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import type { AgentKey } from '../../database/stores/agent-keys.ts';
import type { ElsewhereId } from '../../database/stores/on-other-hosts.ts';
import type { ConductorParts } from '../parts.ts';
import { notBoundTo } from './bound-hosts.ts';

/** How many ids a finding names. */
const MAX_NAMED = 5;

type Parts = Pick<ConductorParts, 'agentKeys' | 'sightings'>;

/** Notes that an agent asked for, or reported, what is not on its hosts. */
export function noteOverreach({ sightings }: Pick<Parts, 'sightings'>, agentId: string, what: string): void {
  sightings.note({
    kind: 'agent-overreach',
    subject: agentId,
    message: `agent ${agentId} ${what}`,
    advice:
      'see which hosts it has (volvox host list); if nobody moved them, its host may be in the wrong hands: volvox host revoke NAME',
  });
}

/**
 * The caller is the agent that the call names. Whoever shows the shared key may be any agent that has no key of its own, and no other.
 * @returns the agent's valid keys; none if it shows the shared key. @throws VolvoxError forbidden.
 */
export async function requireSelf(parts: Parts, caller: Caller, agentId: string): Promise<readonly AgentKey[]> {
  if (caller.id !== null && caller.id !== agentId) {
    noteOverreach(parts, caller.id, `spoke as agent ${agentId} and was refused`);
    throw new VolvoxError('forbidden', `Agent ${caller.id} may not speak as agent ${agentId}.`);
  }
  const keys = await parts.agentKeys.of(agentId);
  if (caller.id === null && keys.length > 0) {
    noteOverreach(parts, agentId, 'has a key of its own; somebody showed the shared key in its name and was refused');
    throw new VolvoxError('forbidden', `Agent ${agentId} has a key of its own and must show it.`);
  }
  return keys;
}

/** These hosts may be driven by an agent of this kind with these keys. @throws VolvoxError forbidden. */
export function requireHosts(
  parts: Parts,
  agentId: string,
  kind: AgentKey['kind'],
  keys: readonly AgentKey[],
  hostNames: readonly string[],
): void {
  const wrongKind = keys.find((key) => key.kind !== kind);
  const others = notBoundTo(
    keys.flatMap(({ hosts }) => hosts),
    hostNames,
  );
  if (wrongKind === undefined && others.length === 0) return;
  const what =
    wrongKind === undefined
      ? `announced hosts that its key is not bound to: ${others.join(', ')}`
      : `is a ${wrongKind.kind} agent and announced itself as a ${kind} agent`;
  noteOverreach(parts, agentId, `${what}; it was refused`);
  throw new VolvoxError('forbidden', `Agent ${agentId} ${what}.`);
}

/** Notes ids of other hosts, which were left out, if there were any. */
export function noteElsewhere(
  parts: Pick<Parts, 'sightings'>,
  agentId: string,
  did: string,
  elsewhere: readonly ElsewhereId[],
): void {
  if (elsewhere.length === 0) return;
  const named = elsewhere.slice(0, MAX_NAMED).map(({ id, hostName }) => `${id} on ${hostName}`);
  const more = elsewhere.length > MAX_NAMED ? ` and ${elsewhere.length - MAX_NAMED} more` : '';
  noteOverreach(parts, agentId, `${did} of other hosts, which were left out: ${named.join(', ')}${more}`);
}
