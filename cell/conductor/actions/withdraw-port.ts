import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { setDesired, specOf } from '../../database/stores/guests.ts';
import { portWrites } from '../../database/stores/instances.ts';
import { bindingsOf, removeBinding } from '../../database/stores/port-bindings.ts';
import { withoutPort } from '../operations/ports-of-guest.ts';
import { serverAction } from './server-action.ts';

/** In any state, whether or not the server has a guest: an attachment that failed must not wait for a user who unshelves or confirms. */
const RULE = actionRule('any', null, { mustHaveLaunched: false });

/**
 * The way back of an attachment, for the global tier only: the server does not have the port any more when the action has begun. The
 * transaction takes the port out of the build and unplugs it from the hosts of all guests of the server; the guests give their network
 * cards up afterwards, or when they start next. Users detach with `detachInterface`, which waits for the guest.
 */
export const withdrawPort = serverAction({
  kind: 'withdrawPort',
  since: '0.1.0',
  params: Type.Object({ portId: Uuid }),
  rule: () => RULE,
  operation: null,
  log: { action: 'detach_interface' },
  writes: ({ portId }, instance) => portWrites(withoutPort(loadedBuild(instance), portId)),
  begin: async (tx, { params: { portId }, instance, guests, now }) => {
    const { uuid } = instance;
    if (!loadedBuild(instance).ports.some(({ id }) => id === portId)) {
      throw new VolvoxError('not-found', `Port ${portId} is not attached to instance ${uuid}.`);
    }
    for (const { id, power } of guests) {
      const spec = await specOf(tx, id);
      const nics = spec.nics.filter((nic) => nic.portId !== portId);
      if (nics.length < spec.nics.length) await setDesired(tx, id, { power, spec: { ...spec, nics } }, now);
      await removeBinding(tx, id, portId, now);
    }
    const ports = (await bindingsOf(tx, uuid)).filter(({ settled }) => !settled);
    return { params: {}, wake: guests, ports, hosts: [] };
  },
});
