import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '#platform/rpc/authenticate.ts';
import type { ElsewhereId } from '../../database/stores/on-other-hosts.ts';
import type { ConductorParts } from '../parts.ts';
import { namedBriefly } from './named-briefly.ts';

/** The subject of what somebody did with the shared key: which agent that was is not known. */
const SHARED_KEY = 'cell.agentKey';

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

/** Notes the same of somebody who showed the shared key. There is one such finding at a time, whatever agents and hosts are named. */
export function noteSharedKey({ sightings }: Pick<Parts, 'sightings'>, what: string): void {
  sightings.note({
    kind: 'agent-overreach',
    subject: SHARED_KEY,
    message: `somebody with the shared key ${what}`,
    advice: 'let every host of the cell join (volvox host join), then remove cell.agentKey',
  });
}

/**
 * The caller is the agent that the call names. Whoever shows the shared key may be any agent that never had a key of its own, and no other: an
 * agent whose keys were revoked stays out until it joins again. @throws VolvoxError forbidden.
 */
export async function requireSelf(parts: Parts, caller: Caller, agentId: string): Promise<void> {
  if (caller.id !== null && caller.id !== agentId) {
    noteOverreach(parts, caller.id, `spoke as agent ${agentId} and was refused`);
    throw new VolvoxError('forbidden', `Agent ${caller.id} may not speak as agent ${agentId}.`);
  }
  if (caller.id !== null) return;
  const { enrolledAs, keys } = await parts.agentKeys.of(agentId);
  if (enrolledAs === null) return;
  noteSharedKey(parts, `spoke as agent ${agentId}, which has had a key of its own, and was refused`);
  throw new VolvoxError(
    'forbidden',
    keys.length > 0
      ? `Agent ${agentId} has a key of its own and must show it.`
      : `The keys of agent ${agentId} were revoked. It must join again.`,
  );
}

/** Notes ids of other hosts, which were left out, if there were any. */
export function noteElsewhere(
  parts: Pick<Parts, 'sightings'>,
  agentId: string,
  did: string,
  elsewhere: readonly ElsewhereId[],
): void {
  if (elsewhere.length === 0) return;
  const named = namedBriefly(elsewhere.map(({ id, hostName }) => `${id} on ${hostName}`));
  noteOverreach(parts, agentId, `${did} of other hosts, which were left out: ${named}`);
}
