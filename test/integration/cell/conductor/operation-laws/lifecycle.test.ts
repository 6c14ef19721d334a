import { expect } from 'vitest';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { build } from '../../../../../cell/conductor/operations/build.ts';
import { deleteInstance } from '../../../../../cell/conductor/operations/delete.ts';
import { markAbsent, setDesired } from '../../../../../cell/database/stores/guests.ts';
import { operationOf, useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, untilGuests, guestWithRole } = useLawWorld();

lawsOf({
  definition: build,
  begin: async () => {
    world().agents.bindingFate = () => 'silence';
    const uuid = await world().request(0);
    await world().test.database.write.deleteFrom('operations').where('subject', '=', uuid).execute();
    return { uuid, params: { candidates: [world().host(0).id] } };
  },
  done: (uuid) => world().until(uuid, 'active'),
  undone: async (uuid) => {
    expect(await world().get(uuid)).toMatchObject({ vmState: 'building', host: null });
    await untilGuests(uuid, 0);
  },
});

lawsOf({
  definition: deleteInstance,
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    await world().test.database.transaction((tx) => markAbsent(tx, uuid, Date.now()));
    return { uuid, params: {} };
  },
  done: async (uuid) => {
    await world().untilGone(uuid);
    await untilGuests(uuid, 0);
  },
  undone: (uuid) => world().until(uuid, 'error'),
});

lawsOf({
  definition: operationOf('softDelete'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    await world().test.database.transaction((tx) => setDesired(tx, guestId, { power: 'stopped' }, Date.now()));
    return { uuid, params: { guestId, before: 'running', partsBefore: NO_PARTS } };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'soft-delete')).toMatchObject({ host: 'host-1' });
    await untilGuests(uuid, 1);
  },
  undone: (uuid) => world().until(uuid, 'active'),
});

lawsOf({
  definition: operationOf('restore'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    await world().act(uuid, 'softDelete');
    await world().until(uuid, 'soft-delete');
    const guestId = await guestWithRole(uuid, 'current');
    await world().test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running' }, Date.now()));
    return { uuid, params: { guestId, before: 'stopped', partsBefore: NO_PARTS } };
  },
  done: (uuid) => world().until(uuid, 'active'),
  undone: (uuid) => world().until(uuid, 'soft-delete'),
});
