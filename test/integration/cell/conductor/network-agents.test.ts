import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

describe('the network agents that a cell lists', () => {
  let world: CellWorld;
  useCellWorld({ hosts: 3 }, (made) => {
    world = made;
  });
  const agents = async (networkIds: string[] | null = null) =>
    (await world.door.listNetworkAgents({ networkIds })).agents;

  it('one of each host, with its ports and networks', async () => {
    const idle = await agents();
    expect(idle).toMatchObject(
      [1, 2, 3].map((n) => ({ host: `host-${n}`, id: world.host(n - 1).id, up: true, ports: 0, networks: 0 })),
    );
    expect(Math.abs(Date.now() - Date.parse(idle[0]?.lastSeenAt ?? ''))).toBeLessThan(60_000);
    await world.anActiveInstance(1);
    const [, second] = await agents();
    expect(second).toMatchObject({ host: 'host-2', ports: 1, networks: 1, problem: null });
  });

  it('of a network those alone that have a port of it', async () => {
    const row = world.test.database.read.selectFrom('port_bindings').select('network_id').limit(1);
    const { network_id } = await row.executeTakeFirstOrThrow();
    expect(await agents([network_id, randomUUID()])).toMatchObject([{ host: 'host-2', ports: 1, networks: 1 }]);
    expect(await agents([randomUUID()])).toEqual([]);
    expect(await agents([])).toEqual([]);
  });
});
