import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { UnshelveParams } from '../../../../../cell/conductor/operations/unshelve.ts';
import { setDesired } from '../../../../../cell/database/stores/guests.ts';
import { aBuild } from '../../../../support/a-build.ts';
import { operationOf, useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, guestsOf, untilGuests, guestWithRole, expectNoSaves, imageNoticesOf } = useLawWorld();

/** An instance whose guest is to have this power, and a save of its disk. */
async function withSave(power: 'running' | 'stopped') {
  const uuid = await world().anActiveInstance(0);
  const guestId = await guestWithRole(uuid, 'current');
  const imageId = randomUUID();
  const save = { saveId: imageId, upload: { url: 'http://127.0.0.1:1/', ticket: '' }, quiesce: 'never' as const };
  const parts = { ...NO_PARTS, saves: [save] };
  await world().test.database.transaction((tx) => setDesired(tx, guestId, { power, parts }, Date.now()));
  return { uuid, guestId, imageId };
}

for (const kind of ['createImage', 'createBackup'] as const) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const { uuid, guestId, imageId } = await withSave('running');
      return { uuid, params: { guestId, imageId } };
    },
    done: async (uuid) => {
      await world().until(uuid, 'active');
      await expectNoSaves(uuid);
      expect(await imageNoticesOf(uuid)).toEqual(kind === 'createBackup' ? ['image-saved'] : []);
    },
    undone: async (uuid) => {
      await world().until(uuid, 'active');
      await expectNoSaves(uuid);
      expect(await imageNoticesOf(uuid)).toContain('image-unneeded');
    },
  });
}

lawsOf({
  definition: operationOf('shelve'),
  begin: async () => {
    const { uuid, guestId, imageId } = await withSave('stopped');
    return { uuid, params: { guestId, imageId, before: 'running' } };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'shelved_offloaded')).toMatchObject({ host: null });
    await untilGuests(uuid, 0);
    expect(await imageNoticesOf(uuid)).toEqual([]);
  },
  undone: async (uuid) => {
    await world().until(uuid, 'active');
    await expectNoSaves(uuid);
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', role: 'current' }]);
    expect(await imageNoticesOf(uuid)).toContain('image-unneeded');
  },
});

lawsOf({
  definition: operationOf('unshelve'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    await world().act(uuid, 'shelve', { imageId: randomUUID(), upload: { url: 'http://127.0.0.1:1/', ticket: '' } });
    await world().until(uuid, 'shelved_offloaded');
    await untilGuests(uuid, 0);
    const candidates = [world().host(1).id, world().host(0).id];
    const params: UnshelveParams = {
      ...{ targetGuestId: randomUUID(), candidates, image: aBuild().image, imageId: randomUUID(), zone: null },
    };
    return { uuid, params };
  },
  done: async (uuid) => {
    expect(await world().until(uuid, 'active')).toMatchObject({ host: 'host-2', powerState: 'running' });
    expect(await guestsOf(uuid)).toMatchObject([{ power: 'running', settled: 1, role: 'current' }]);
    expect(await imageNoticesOf(uuid)).toEqual(['image-unneeded']);
  },
  undone: async (uuid) => {
    expect(await world().until(uuid, 'shelved_offloaded')).toMatchObject({ host: null });
    await untilGuests(uuid, 0);
    const { read } = world().test.database;
    const claims = await read.selectFrom('claims').select('guest_id').where('instance_uuid', '=', uuid).execute();
    expect(claims).toEqual([]);
    expect(await imageNoticesOf(uuid)).toEqual([]);
  },
});
