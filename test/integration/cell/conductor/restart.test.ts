import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../support/wait-until.ts';
import { aFlavor } from './support/build-requests.ts';
import { CellWorld } from './support/cell-world.ts';

describe('a cell whose parts stop and restart', () => {
  let world: CellWorld;
  beforeEach(async () => {
    world = await CellWorld.create({ hosts: 2 });
  });
  afterEach(async () => {
    await world.auditClaims();
    await world.close();
  });

  it('finishes what another conductor began', async () => {
    world.agents.guestFate = (guest) => (guest.power === 'running' ? 'silence' : 'settle');
    const active = await world.request(0);
    const building = await Promise.all([0, 1, 0, 1].map((index) => world.request(index)));
    await waitUntil('spawning', async () => (await world.get(active)).taskState === 'spawning');
    await world.restartConductor();
    world.agents.guestFate = () => 'settle';
    await world.agents.workBindings(null);
    await world.agents.workGuests(null);
    for (const uuid of [active, ...building]) await world.until(uuid, 'active');
  });

  it('finishes a resize that a restart interrupted', async () => {
    const uuid = await world.anActiveInstance(0);
    world.agents.guestFate = (guest) => (guest.hostName === 'host-2' ? 'silence' : 'settle');
    await world.act(uuid, 'resize', { flavor: aFlavor({ id: '2', vcpus: 2 }), hostId: world.host(1).id });
    await waitUntil('the new guest to be requested', async () => (await world.get(uuid)).taskState === 'resize_finish');
    await world.restartConductor();
    world.agents.guestFate = () => 'settle';
    await world.agents.workGuests(null);
    expect(await world.until(uuid, 'resized')).toMatchObject({ host: 'host-2', flavor: { id: '2' } });
  });

  it('loses only time with an empty queue', async () => {
    world.agents.bindingFate = () => 'silence';
    const uuids = await Promise.all([0, 1].map((index) => world.request(index)));
    const { host, port, password } = world.redis.config;
    const redis = new Redis({ host, port, password: password.reveal() });
    await redis.flushall();
    redis.disconnect();
    world.agents.bindingFate = () => 'settle';
    await world.agents.workBindings(null);
    await world.agents.workGuests(null);
    for (const uuid of uuids) await world.until(uuid, 'active');
  });

  it('works with no queue at all', async () => {
    await world.redis.kill();
    const uuid = await world.request(0);
    await world.agents.workBindings(null);
    await world.agents.workGuests(null);
    await world.until(uuid, 'active');
    expect(await world.door.describe({})).toMatchObject({ sql: 'ok', redis: 'down' });
    await world.redis.start();
    await waitUntil('Redis to be reachable', async () => (await world.door.describe({})).redis === 'ok');
    await world.act(uuid, 'stop');
    await world.until(uuid, 'stopped');
  });
});

describe('the hosts of a cell', () => {
  it('reports every change to watchers', async () => {
    const world = await CellWorld.create({ hosts: 2, conductor: { agentDownAfterMs: 4_000 } });
    const first = await world.door.watchHosts({ cursor: null, waitMs: 0 });
    expect(first).toMatchObject({ complete: true });
    expect(first.hosts).toHaveLength(2);
    // The agents' announcements may still be on their way into the feed; after them nothing changes.
    let { cursor } = first;
    const nothing = await waitUntil('quiet', async () => {
      const answer = await world.door.watchHosts({ cursor, waitMs: 50 });
      cursor = answer.cursor;
      return answer.hosts.length === 0 ? answer : null;
    });
    expect(nothing.complete).toBe(false);

    const watching = world.door.watchHosts({ cursor: nothing.cursor, waitMs: 5_000 });
    const uuid = await world.request(1);
    const changed = await watching;
    expect(changed.hosts).toMatchObject([{ name: 'host-2', used: { vcpus: 1, ramMb: 512, diskGb: 1 } }]);
    await world.until(uuid, 'active');

    // A change made by another conductor is only to be seen in SQL, unless it rings.
    await world.test.database.write
      .updateTable('hosts')
      .set((eb) => ({ enabled: 0, version: eb('version', '+', 1) }))
      .where('name', '=', 'host-1')
      .execute();
    const seen = await world.door.watchHosts({ cursor: changed.cursor, waitMs: 8_000 });
    expect(seen.hosts).toMatchObject([{ name: 'host-1', enabled: false }]);
    const ofOtherFeed = await world.door.watchHosts({ cursor: 'another-feed 3', waitMs: 0 });
    expect(ofOtherFeed.complete).toBe(true);

    await world.agents.stop();
    await waitUntil('both hosts to be down', async () => (await world.door.describe({})).hostsUp === 0);
    const { services } = await world.door.listServices({});
    expect(services.filter((service) => service.binary === 'nova-compute').map((service) => service.up)).toEqual([
      false,
      false,
    ]);
    expect(services.some((service) => service.binary === 'nova-conductor' && service.up)).toBe(true);
    world.agents = world.agents.reborn();
    await world.agents.start();
    await waitUntil('both hosts to be up again', async () => (await world.door.describe({})).hostsUp === 2);
    await world.close();
  });
});
