import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { confirmResize } from '../../../../../cell/conductor/operations/confirm-resize.ts';
import { type EvacuateParams, evacuate } from '../../../../../cell/conductor/operations/evacuate.ts';
import { type LiveMigrateParams, liveMigrate } from '../../../../../cell/conductor/operations/live-migrate.ts';
import { type ResizeParams, resize } from '../../../../../cell/conductor/operations/resize.ts';
import { revertResize } from '../../../../../cell/conductor/operations/revert-resize.ts';
import { setDesired } from '../../../../../cell/database/stores/guests.ts';
import { aFlavor } from '../support/build-requests.ts';
import { useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, guestsOf, untilGuests, guestWithRole } = useLawWorld();

const flavor = aFlavor({ id: '2', vcpus: 2 });

const toResize = async () => {
  const uuid = await world().anActiveInstance(0);
  const params: ResizeParams = {
    flavor,
    candidates: [world().host(1).id],
    sourceGuestId: await guestWithRole(uuid, 'current'),
    targetGuestId: randomUUID(),
    before: 'active',
    label: null,
  };
  return { uuid, params };
};

lawsOf({
  definition: resize,
  begin: toResize,
  done: async (uuid) => {
    expect(await world().until(uuid, 'resized')).toMatchObject({ host: 'host-2', flavor: { id: '2' } });
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
});

const resized = async () => {
  const uuid = await world().anActiveInstance(0);
  await world().act(uuid, 'resize', { flavor, hostId: world().host(1).id });
  await world().until(uuid, 'resized');
  return uuid;
};

lawsOf({
  definition: confirmResize,
  begin: async () => {
    const uuid = await resized();
    return { uuid, params: { sourceGuestId: await guestWithRole(uuid, 'source') } };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-2' });
    await untilGuests(uuid, 1);
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'resized')).toMatchObject({ host: 'host-2' });
    await untilGuests(uuid, 2);
  },
});

lawsOf({
  definition: revertResize,
  begin: async () => {
    const uuid = await resized();
    const params = {
      sourceGuestId: await guestWithRole(uuid, 'source'),
      targetGuestId: await guestWithRole(uuid, 'current'),
    };
    return { uuid, params: { ...params, before: 'active' } };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'error')).toMatchObject({ host: 'host-1', flavor: { id: '1' } });
    await untilGuests(uuid, 1);
  },
});

lawsOf({
  definition: evacuate,
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const sourceGuestId = await guestWithRole(uuid, 'current');
    await world().test.database.transaction((tx) => setDesired(tx, sourceGuestId, { power: 'stopped' }, Date.now()));
    const params: EvacuateParams = {
      candidates: [world().host(1).id],
      sourceGuestId,
      sourcePower: 'running',
      targetGuestId: randomUUID(),
      power: 'running',
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-1' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
});

lawsOf({
  definition: liveMigrate,
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const params: LiveMigrateParams = {
      candidates: [world().host(1).id],
      sourceGuestId: await guestWithRole(uuid, 'current'),
      targetGuestId: randomUUID(),
      migrationId: randomUUID(),
      power: 'running',
      refusal: null,
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    await untilGuests(uuid, 1);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-1', powerState: 'running' });
    await untilGuests(uuid, 1);
    const [guest] = await guestsOf(uuid);
    expect(guest).toMatchObject({ power: 'running', settled: 1, role: 'current' });
    expect(guest?.parts ?? '').not.toContain('outgoing');
  },
});
