import { describe, expect, it } from 'vitest';
import { anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('changing a server', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });

  it('is refused when the server has changed since, with its current version', async () => {
    const uuid = await world.anActiveInstance();
    const { version } = await world.get(uuid);
    const update = (tags: string[]) =>
      world.door.updateInstance({ uuid, patch: { tags }, ifVersion: version, actor: anActor() });
    const first = await update(['a']);
    expect(first.tags).toEqual(['a']);
    await expect(update(['b'])).rejects.toMatchObject({ kind: 'conflict', details: { version: first.version } });
    expect((await world.get(uuid)).tags).toEqual(['a']);
  });

  it('changes what a user may change, and filters by it', async () => {
    const uuid = await world.anActiveInstance();
    const patch = { name: 'renamed', description: 'd', metadata: { a: '1' }, tags: ['x', 'y'], accessIpV4: '1.2.3.4' };
    const changed = await world.door.updateInstance({ uuid, patch, actor: anActor() });
    expect(changed).toMatchObject(patch);
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        world.door.updateInstance({ uuid, patch: { name: `renamed-${index}` }, actor: anActor() }),
      ),
    );
    expect((await world.get(uuid)).name).toMatch(/^renamed-\d$/);
    expect((await world.get(uuid)).tags).toEqual(['x', 'y']);
  });
});
