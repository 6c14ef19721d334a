import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GuestPlacement } from '#platform/objects/guest-placement.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { aBuild as anyBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aBuildRequest, aFlavor, anActor } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useAuditedCellWorld } from './support/use-cell-world.ts';

const NODES: HostNode[] = [0, 1].map((id) => ({
  ...{ id, shared: `${8 * id}-${8 * id + 3}`, dedicated: `${8 * id + 4}-${8 * id + 7}`, cores: [], ramMb: 4_096 },
  pages: [{ sizeKb: 2_048, total: 512 }],
}));
const PINNED = aFlavor({ id: '7', vcpus: 2, ramMb: 256, extraSpecs: { 'hw:cpu_policy': 'dedicated' } });
const HUGE = aFlavor({
  id: '8',
  vcpus: 2,
  ramMb: 512,
  extraSpecs: { 'hw:numa_nodes': '2', 'hw:mem_page_size': 'large' },
});

describe('guests with CPUs and pages of their own', () => {
  let world: CellWorld;
  useAuditedCellWorld({ hosts: 2, nodes: NODES, conductor: { auditEveryMs: 500 } }, (made) => {
    world = made;
  });
  const placementOf = async (uuid: string): Promise<GuestPlacement | null> =>
    (await world.door.serverTopology({ uuid })).placement;
  const cpusOf = async (uuid: string): Promise<readonly number[]> =>
    (await placementOf(uuid))?.nodes.flatMap(({ pins }) => Object.values(pins)) ?? [];

  it('never share a CPU, however many ask at once, and all CPUs are given', async () => {
    const ask = (count: number) =>
      world.door.createInstances({
        requests: Array.from({ length: count }, () =>
          aBuildRequest(world.host(0).id, { build: aBuild({ flavor: PINNED, ports: [] }) }),
        ),
        actor: anActor(),
      });
    const answers = (await Promise.all([1, 2, 1, 3, 1, 2].map(ask))).flatMap((answer) => answer.answers);
    const accepted = answers.filter((answer) => answer.accepted).map(({ uuid }) => uuid);
    expect(accepted).toHaveLength(4);
    const refused = answers.flatMap((answer) => (answer.accepted ? [] : [answer.reason]));
    expect(new Set(refused)).toEqual(new Set(['numa-topology']));
    const cpus = (await Promise.all(accepted.map(cpusOf))).flat();
    expect([...cpus].sort((a, b) => a - b)).toEqual([4, 5, 6, 7, 12, 13, 14, 15]);
    for (const uuid of accepted) {
      await world.until(uuid, 'active');
      expect(world.specOf(uuid)?.placement).toEqual(await placementOf(uuid));
    }
    expect(await world.hostNow(0)).toMatchObject({
      used: { vcpus: 0 },
      nodesUsed: [
        { id: 0, cpus: '4-7', ramMb: 512 },
        { id: 1, cpus: '12-15', ramMb: 512 },
      ],
    });
    const { claims } = await world.door.listClaims({ filter: {}, after: null, limit: 100 });
    expect(claims.map(({ dedicatedCpus }) => dedicatedCpus)).toEqual([2, 2, 2, 2]);
    await world.removeAll(accepted);
    expect(await world.hostNow(0)).not.toHaveProperty('nodesUsed');
  });

  it('get huge pages on a node of the host for each of theirs, and no more than there are', async () => {
    const uuids: string[] = [];
    for (let at = 0; at < 4; at++) uuids.push(await world.anActiveInstance(0, { build: aBuild({ flavor: HUGE }) }));
    expect((await world.hostNow(0))?.nodesUsed?.map(({ pages }) => pages)).toEqual(
      [0, 1].map(() => [{ sizeKb: 2_048, used: 512 }]),
    );
    await expect(world.request(0, { build: aBuild({ flavor: HUGE }) })).rejects.toThrow('numa-topology');
    await world.removeAll(uuids);
  });

  it('go to the next host when the first one has no free CPUs', async () => {
    const large = aFlavor({ ...PINNED, vcpus: 4 });
    const uuids = [
      await world.anActiveInstance(0, { build: aBuild({ flavor: large }) }),
      await world.anActiveInstance(0, { build: aBuild({ flavor: large }) }),
      await world.anActiveInstance(0, { build: aBuild({ flavor: large }), alternates: [world.host(1).id] }),
    ];
    expect((await world.get(uuids[2] ?? '')).host).toBe('host-2');
    expect(await world.hostNow(0)).toMatchObject({ used: { vcpus: 0, ramMb: 2 * large.ramMb }, runningGuests: 2 });
    await world.removeAll(uuids);
  });

  it('claim others when they are resized or moved, keep theirs when they are rebuilt, and have them back after a revert', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ flavor: PINNED }) });
    const before = await placementOf(uuid);
    const image = { ...anyBuild().image, id: randomUUID() };
    await world.act(uuid, 'rebuild', { image, changes: {}, preserveEphemeral: false });
    await world.until(uuid, 'active');
    expect(world.specOf(uuid)).toMatchObject({ image: { id: image.id }, placement: before });

    const more = aFlavor({ ...PINNED, id: '9', vcpus: 3 });
    await world.act(uuid, 'resize', { flavor: more, hostId: world.host(0).id });
    await world.until(uuid, 'resized');
    const both = (await world.hostNow(0))?.nodesUsed?.map(({ cpus }) => cpus);
    expect(both).toHaveLength(2);
    expect(await cpusOf(uuid)).toHaveLength(3);
    await world.act(uuid, 'revertResize');
    await world.until(uuid, 'active');
    expect(await placementOf(uuid)).toEqual(before);

    const admin = anActor({ isAdmin: true, projectId: 'admins' });
    await world.act(uuid, 'liveMigrate', { candidates: [world.host(1).id] }, admin);
    await waitUntil('it to be on the other host', async () => {
      const { host, taskState } = await world.get(uuid);
      return (host === 'host-2' && taskState === null) || null;
    });
    expect(world.specOf(uuid)?.placement).toEqual(await placementOf(uuid));
    await waitUntil('its CPUs to be free again', async () =>
      (await world.hostNow(0))?.nodesUsed === undefined ? true : null,
    );
    await world.removeAll([uuid]);
  });

  it('are counted again by the auditor', async () => {
    const uuid = await world.anActiveInstance(0, { build: aBuild({ flavor: PINNED }) });
    const right = (await world.hostNow(0))?.nodesUsed;
    await world.test.database.write
      .updateTable('hosts')
      .set({ nodes_used: null })
      .where('id', '=', world.host(0).id)
      .execute();
    await waitUntil(
      'the auditor to count',
      async () => (JSON.stringify((await world.hostNow(0))?.nodesUsed) === JSON.stringify(right) ? true : null),
      30_000,
    );
    await world.removeAll([uuid]);
  }, 60_000);
});
