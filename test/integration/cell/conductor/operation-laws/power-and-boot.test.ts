import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { RebuildParams } from '../../../../../cell/conductor/operations/rebuild.ts';
import { setDesired } from '../../../../../cell/database/stores/guests.ts';
import { aBuild } from '../../../../support/a-build.ts';
import { operationOf, useLawWorld } from '../support/law-world.ts';

const { world, lawsOf, guestsOf, guestWithRole } = useLawWorld();

const POWER_ACTIONS = [
  ['start', 'running', 'active'],
  ['stop', 'stopped', 'stopped'],
  ['reboot', 'running', 'active'],
  ['pause', 'paused', 'paused'],
  ['unpause', 'running', 'active'],
  ['suspend', 'suspended', 'suspended'],
  ['resume', 'running', 'active'],
] as const;
for (const [kind, power, vmState] of POWER_ACTIONS) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const uuid = await world().anActiveInstance(0);
      const guestId = await guestWithRole(uuid, 'current');
      await world().test.database.transaction((tx) => setDesired(tx, guestId, { power }, Date.now()));
      return { uuid, params: { guestId, before: 'running' } };
    },
    done: (uuid) => world().until(uuid, vmState),
    undone: async (uuid) => {
      await world().until(uuid, 'active');
      expect(await guestsOf(uuid)).toMatchObject([{ power: 'running' }]);
    },
  });
}

const RESCUED: GuestParts = { ...NO_PARTS, boot: { from: 'rescue', rescueId: randomUUID(), image: aBuild().image } };
const BOOTS = [
  ['rescue', RESCUED, NO_PARTS, 'rescued'],
  ['unrescue', NO_PARTS, RESCUED, 'active'],
] as const;
for (const [kind, parts, partsBefore, vmState] of BOOTS) {
  lawsOf({
    definition: operationOf(kind),
    begin: async () => {
      const uuid = await world().anActiveInstance(0);
      const guestId = await guestWithRole(uuid, 'current');
      await world().test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running', parts }, Date.now()));
      return { uuid, params: { guestId, before: 'running', partsBefore } };
    },
    done: (uuid) => world().until(uuid, vmState),
    undone: async (uuid) => {
      await world().until(uuid, 'active');
      const [guest] = await guestsOf(uuid);
      expect(JSON.parse(guest?.parts ?? 'null')).toEqual(partsBefore);
    },
  });
}

lawsOf({
  definition: operationOf('rebuild'),
  begin: async () => {
    const uuid = await world().anActiveInstance(0);
    const guestId = await guestWithRole(uuid, 'current');
    const parts = { ...NO_PARTS, rebuild: { count: 1, preserveEphemeral: false } };
    await world().test.database.transaction((tx) => setDesired(tx, guestId, { power: 'running', parts }, Date.now()));
    const [row] = await guestsOf(uuid);
    const { build } = await world()
      .test.database.read.selectFrom('instances')
      .select('build')
      .where('uuid', '=', uuid)
      .executeTakeFirstOrThrow();
    const params: RebuildParams = {
      ...{ guestId, count: 1, vmState: 'active', before: { vmState: 'active', power: 'running', parts: NO_PARTS } },
      ...{ specBefore: JSON.parse(row?.spec ?? ''), buildBefore: JSON.parse(build) },
    };
    return { uuid, params };
  },
  done: (uuid) => world().until(uuid, 'active'),
  // The failure comes after the host has discarded the old disk.
  undone: (uuid) => world().until(uuid, 'error'),
});
