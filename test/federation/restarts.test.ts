import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME_VARIABLE } from '../../deploy/local/environment.ts';
import { processesWithEnvironment } from '../../deploy/local/process-identity.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const BUILDS = 20;
/** Long enough that the restarts interrupt builds. */
const SPAWN_MS = 1_500;

describe('restarts while servers are built', () => {
  let region: TestRegion;
  beforeAll(async () => {
    process.env.VOLVOX_COMPUTE_FAKE_SPAWN_MS = String(SPAWN_MS);
    region = await startTestRegion({ parent: memoryFolder(), cells: 2, simulatedHosts: 6 });
  }, 180_000);
  afterAll(async () => {
    delete process.env.VOLVOX_COMPUTE_FAKE_SPAWN_MS;
    await region?.remove();
  }, 120_000);

  /** Redis writes its title over its environment, so it cannot be found by that. */
  const known = (): number[] =>
    region.region.processes
      .running()
      .flatMap(({ name, pid }) => (name.endsWith('-redis') ? [] : [pid]))
      .sort();
  const running = (): number[] =>
    processesWithEnvironment(HOME_VARIABLE, region.region.home.root)
      .map(({ pid }) => pid)
      .sort();

  it('of every process, every MariaDB and every Redis, one after the other: all become ACTIVE, nothing is stuck', async () => {
    const all = region.region.processes.matching(/./);
    const ids: string[] = [];
    let hitABuild = 0;
    for (const [index, one] of all.entries()) {
      const due = Math.ceil(((index + 1) * BUILDS) / all.length);
      while (ids.length < due) ids.push(await region.createServer(`server-${ids.length}`));
      if ((await region.server(ids.at(-1) ?? '')).status === 'BUILD') hitABuild += 1;
      await one.restart();
      await one.untilReady(60_000);
    }
    expect(hitABuild).toBeGreaterThan(all.length / 2);
    for (const id of ids) await region.untilActive(id, 120_000);
    expect(running()).toEqual(known());
    expect(new Set(ids).size).toBe(BUILDS);

    const { servers } = await region.admin.call('compute', 'GET /servers');
    expect(servers.map(({ id }) => id).sort()).toEqual([...ids].sort());
    await waitUntil('every operation to be done', async () => {
      const { operations } = await region.admin.call('federation', 'GET /v1/operations', { query: { limit: 1_000 } });
      return operations.length > 0 && operations.every(({ finishedAt }) => finishedAt !== null);
    });
  }, 280_000);
});
