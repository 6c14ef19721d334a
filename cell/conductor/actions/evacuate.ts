import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { EVACUATE_RULE } from '#platform/states/evacuate-rule.ts';
import { type GuestOnHost, setDesired } from '../../database/stores/guests.ts';
import { type EvacuateParams, evacuate as operation } from '../operations/evacuate.ts';
import { beginMove } from './begin-move.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const Params = Type.Object({
  /** The host in this cell that the scheduler chose or an admin named, and alternates. */
  hostId: Uuid,
  alternates: Type.Optional(Type.Array(Uuid)),
  /** The server is stopped afterwards, whatever it was before. */
  stopped: Type.Optional(Type.Boolean()),
});

/** Rebuilds a server from its image on another host after its own host has died. */
export const evacuate = serverAction({
  kind: 'evacuate',
  since: '0.1.0',
  params: Params,
  rule: () => EVACUATE_RULE,
  operation,
  log: { events: { 'start-target': 'compute_rebuild_instance' } },
  begin: async (tx, beginning) => {
    const { hostId, alternates = [], stopped = false } = beginning.params;
    const guest = currentGuest(beginning, 'evacuate');
    mustBeDead(guest);
    // A host that comes back during the evacuation starts nothing.
    await setDesired(tx, guest.id, { power: 'stopped' }, beginning.now);
    // An action that is interrupted may have changed the power of the guest already.
    const before = beginning.instance.vmState === 'stopped' ? 'stopped' : 'running';
    const params: EvacuateParams = {
      candidates: [...new Set([hostId, ...alternates])],
      sourceGuestId: guest.id,
      sourcePower: before,
      targetGuestId: randomUUID(),
      power: stopped ? 'stopped' : before,
    };
    await beginMove(tx, beginning, { type: 'evacuation', status: 'accepted' });
    return { params, wake: [guest], hosts: [] };
  },
});

/**
 * A guest may run on its host as long as that host's compute agent answers. Only an operator's declaration (`forced_down`), after the host
 * was fenced, replaces the silence of the agent. @throws VolvoxError invalid, with Nova's words.
 */
function mustBeDead(guest: GuestOnHost): void {
  if (guest.hostForcedDown || !guest.hostAnswers) return;
  throw new VolvoxError(
    'invalid',
    `Compute service of ${guest.hostName} is still in use. A server can be evacuated only from a host that is down: fence the host, then force its compute service down.`,
  );
}
