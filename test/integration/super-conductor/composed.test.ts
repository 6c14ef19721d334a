import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import type { BuildRequest } from '#platform/contracts/door.ts';
import { ROUTE_BUILD } from '#platform/contracts/global-operations.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addCell, updateCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { Waker } from '#platform/queue/waker.ts';
import { SCHEDULER_SECTIONS } from '../../../scheduler/config.ts';
import { composeScheduler } from '../../../scheduler/service.ts';
import { SUPER_CONDUCTOR_SECTIONS } from '../../../super-conductor/config.ts';
import { composeSuperConductor } from '../../../super-conductor/service.ts';
import { aBuild } from '../../support/a-build.ts';
import { freePort } from '../../support/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { SERVICE_KEY } from '../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { aHost } from '../../unit/scheduler/builders.ts';
import { aDoor, type TestDoor } from '../api/federation/a-door.ts';

const SIGNING_KEY = 'a signing key of some length, for tests';

/** A door over HTTP with two hosts, which accepts every build. */
async function aTakingDoor(name: string): Promise<TestDoor & { readonly requests: BuildRequest[] }> {
  const requests: BuildRequest[] = [];
  const hosts = [aHost({ name: `${name}-1` }), aHost({ name: `${name}-2` })];
  const longPoll = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, 100)));
  const door = await aDoor(name, {
    watchHosts: async ({ cursor, waitMs }) => {
      if (cursor !== null) await longPoll(waitMs);
      return { cursor: '1', complete: cursor === null, hosts: cursor === null ? hosts : [] };
    },
    watchNotices: async ({ waitMs }) => {
      await longPoll(waitMs);
      return { notices: [] };
    },
    createInstances: async ({ requests: given }) => {
      requests.push(...given);
      return { answers: given.map(({ build, hostId }) => ({ uuid: build.uuid, accepted: true as const, hostId })) };
    },
  });
  return { ...door, requests };
}

describe('scheduler and super-conductor as they are composed', () => {
  let db: TestDatabase<DirectoryTables>;
  let redis: TestRedis;
  let waker: Waker;
  const services: Service[] = [];
  const doors: TestDoor[] = [];

  const seal = createDoorKeySeal(new Secret(SIGNING_KEY));
  const add = async (name: string) => {
    const door = await aTakingDoor(name);
    doors.push(door);
    const cell = { id: door.cellId, name, url: door.url, key: door.key };
    await db.database.transaction((tx) => addCell(tx, seal, cell, Date.now()));
    return door;
  };
  const disable = (door: TestDoor) =>
    db.database.transaction((tx) => updateCell(tx, seal, door.cellId, { enabled: false }, Date.now()));
  const create = async () => {
    const build = aBuild();
    const ids = await db.database.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    const askedAt = Date.now();
    await waker.wake(ROUTE_BUILD.queue, ids);
    const home = await waitUntil('a home', async () => {
      const now = await getHome(db.database.read, build.uuid);
      return now?.state === 'placed' ? now : null;
    });
    return { cellId: home.cellId, ms: Date.now() - askedAt };
  };

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    redis = await startTestRedis();
    waker = new Waker(redis.config, silentLogger);
    const schedulerPort = await freePort();
    const environment = {
      VOLVOX_DIRECTORY_PORT: String(db.config.port),
      VOLVOX_DIRECTORY_USER: db.config.user,
      VOLVOX_DIRECTORY_PASSWORD: 'unused',
      VOLVOX_DIRECTORY_DATABASE: db.config.database,
      VOLVOX_GLOBAL_REDIS_PORT: String(redis.config.port),
      VOLVOX_GLOBAL_REDIS_PASSWORD: redis.config.password.reveal(),
      VOLVOX_TRUST_SIGNING_KEY: SIGNING_KEY,
      VOLVOX_TRUST_SERVICE_KEY: SERVICE_KEY,
      VOLVOX_SCHEDULER_PORT: String(schedulerPort),
      VOLVOX_SUPER_CONDUCTOR_PORT: '0',
      VOLVOX_SUPER_CONDUCTOR_SCHEDULER_URL: `http://127.0.0.1:${schedulerPort}`,
    };
    const scheduler = loadConfig(SCHEDULER_SECTIONS, { environment });
    const superConductor = loadConfig(SUPER_CONDUCTOR_SECTIONS, { environment });
    const { password } = db.config;
    services.push(
      ...composeScheduler({ ...scheduler, directory: { ...scheduler.directory, password } as never }, silentLogger),
      ...composeSuperConductor(
        { ...superConductor, directory: { ...superConductor.directory, password } as never },
        silentLogger,
      ),
    );
    for (const service of services) await service.start();
  });
  afterAll(async () => {
    await shutDown(services, silentLogger);
    await allEnded(doors.map((door) => door.stop()));
    await waker.close();
    await redis.stop();
    await db.drop();
  });

  it('place builds in a cell that was added while they run', async () => {
    const first = await add('first');
    expect((await create()).cellId).toBe(first.cellId);

    const second = await add('second');
    await disable(first);
    const { cellId } = await waitUntil('a build in the new cell', async () => {
      const made = await create();
      return made.cellId === second.cellId ? made : null;
    });
    expect(cellId).toBe(second.cellId);
    const placed = first.requests.length;
    expect((await create()).cellId).toBe(second.cellId);
    expect(first.requests).toHaveLength(placed);
  });

  it('place them quickly', async () => {
    const times: number[] = [];
    for (let count = 0; count < 20; count++) times.push((await create()).ms);
    times.sort((a, b) => a - b);
    expect(times[10]).toBeLessThan(500);
  });

  it('go on without Redis', async () => {
    await redis.kill();
    expect((await create()).cellId).not.toBeNull();
    await redis.start();
    expect((await create()).cellId).not.toBeNull();
  });
});
