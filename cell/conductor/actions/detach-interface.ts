import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { DETACH_INTERFACE_RULE } from '#platform/states/interface-rules.ts';
import { setDesired, specOf } from '../../database/stores/guests.ts';
import { type DetachInterfaceParams, detachInterface as operation } from '../operations/detach-interface.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

/** Takes a port from a server: its guest gives the network card up, then the port goes from its host. */
export const detachInterface = serverAction({
  kind: 'detachInterface',
  since: '0.1.0',
  params: Type.Object({ portId: Uuid }),
  rule: () => DETACH_INTERFACE_RULE,
  operation,
  log: { action: 'detach_interface', events: { 'take-card': 'compute_detach_interface' } },
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'detach_interface');
    const spec = await specOf(tx, guest.id);
    const at = spec.nics.findIndex(({ portId }) => portId === params.portId);
    const nic = spec.nics[at];
    if (nic === undefined) {
      throw new VolvoxError('not-found', `Port ${params.portId} is not attached to instance ${instance.uuid}.`);
    }
    const nics = spec.nics.filter((one) => one !== nic);
    await setDesired(tx, guest.id, { power: guest.power, spec: { ...spec, nics } }, now);
    const made: DetachInterfaceParams = { guestId: guest.id, portId: params.portId, nic, at };
    return { params: made, wake: [guest], hosts: [] };
  },
});
