import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockInstance, updateInstance } from '../../../../cell/conductor/door/instances.ts';
import type { ConductorParts } from '../../../../cell/conductor/parts.ts';
import { MoveOut } from './support/a-move-out.ts';
import { CellWorld } from './support/cell-world.ts';
import { anActor } from './support/orders.ts';

/** The conductor's parts; what is read first is answered only after `then`. */
function afterTheFirstLook({ parts }: CellWorld['conductor'], then: () => Promise<unknown>): ConductorParts {
  let first = true;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (first) {
        first = false;
        await then();
      }
      return result;
    },
  };
  return { ...parts, database: { ...parts.database, read: parts.database.read.withPlugin(plugin) } };
}

describe('an instance that is being handed over', () => {
  let world: CellWorld;
  beforeAll(async () => {
    world = await CellWorld.create({ hosts: 2, total: { vcpus: 100, ramMb: 100_000, diskGb: 10_000 } });
  });
  afterAll(() => world.close());
  const actor = anActor({ isAdmin: true });

  const changes = [
    ['update', (parts: ConductorParts, uuid: string) => updateInstance(parts, uuid, { tags: ['late'] }, actor)],
    ['lock', (parts: ConductorParts, uuid: string) => lockInstance(parts, { uuid, locked: true, reason: null, actor })],
  ] as const;
  for (const [what, change] of changes) {
    it(`loses no ${what} that comes just as it is fenced`, async () => {
      const uuid = await world.anActiveInstance();
      const move = new MoveOut(world, uuid);
      await move.go('stop');
      const parts = afterTheFirstLook(world.conductor, () => move.order('fence'));
      await expect(change(parts, uuid)).rejects.toMatchObject({ kind: 'conflict' });
      const fenced = await move.order('fence');
      expect(fenced).toMatchObject({ reached: 'fence', moved: { instance: { tags: [], lockedBy: null } } });
      await move.order('abort');
      await change(world.conductor.parts, uuid);
      const changed = what === 'lock' ? { lockedBy: 'owner' } : { tags: ['late'] };
      expect(await world.until(uuid, 'active')).toMatchObject(changed);
      const { actions } = await world.door.listActions({ uuid });
      expect(actions.filter(({ action }) => action === 'lock')).toHaveLength(what === 'lock' ? 1 : 0);
    });
  }
});
