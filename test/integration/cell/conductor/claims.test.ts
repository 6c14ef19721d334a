import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClaimFilter } from '#platform/objects/claim.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('the claims that a cell lists', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 2 }, (made) => {
    world = made;
  });
  const claims = async (filter: ClaimFilter = {}, after: string | null = null, limit = 1_000) =>
    (await world.door.listClaims({ filter, after, limit })).claims;

  it('are those of its guests, and their sum is what the hosts have used', async () => {
    expect(await claims()).toEqual([]);
    const first = await world.anActiveInstance(0);
    const second = await world.anActiveInstance(1);
    const all = await claims();
    expect(all.map(({ instanceUuid }) => instanceUuid).sort()).toEqual([first, second].sort());
    const { hosts } = await world.door.listHosts({});
    for (const host of hosts) {
      const here = all.filter(({ hostId }) => hostId === host.id);
      expect(here.map(({ resources }) => resources)).toEqual([host.used]);
      expect(await claims({ hostId: host.id })).toEqual(here);
    }
    expect(all.every(({ instanceVersion }) => instanceVersion > 0)).toBe(true);
  });

  it('are chosen by instance, and paged by guest', async () => {
    const [one, two] = await claims();
    expect(await claims({ instanceUuids: [two?.instanceUuid ?? '', randomUUID()] })).toEqual([two]);
    expect(await claims({ instanceUuids: [] })).toEqual([]);
    expect(await claims({}, null, 1)).toEqual([one]);
    expect(await claims({}, one?.guestId, 1)).toEqual([two]);
    expect(await claims({}, two?.guestId)).toEqual([]);
  });
});
