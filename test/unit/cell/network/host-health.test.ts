import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import { createFakeDriver } from '../../../../cell/network/drivers/fake/fake-driver.ts';
import { createHostHealth } from '../../../../cell/network/host-health.ts';
import { HostKeeper } from '../../../../cell/network/host-keeper.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const HOST = 'sim-001';
const driver = createFakeDriver({
  ...{ hostNames: [HOST], plugMs: 0, failHosts: [], hangHosts: [], failPercent: 0 },
});
/** Every pause is over at once; each takes as long as it says by this clock. */
function aHastyClock(): Clock {
  const time = { now: 1_000_000 };
  return {
    now: () => time.now,
    sleep: async (ms) => {
      time.now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('the health of a host', () => {
  it('is what its driver finds by trying, from the start on, and heals', async () => {
    const state = { problem: 'No tap device can be made' as string | null };
    const keeper = new HostKeeper({ hostName: HOST, driver, log: silentLogger });
    const health = createHostHealth({
      driver: { problem: async () => state.problem },
      keepers: [keeper],
      ...{ everyMs: 10, log: silentLogger, clock: aHastyClock() },
    });
    await health.start();
    expect(health.problemOf(HOST)).toBe('No tap device can be made');
    state.problem = null;
    await waitUntil('it to heal', async () => health.problemOf(HOST) === null);
    state.problem = 'it broke later';
    await waitUntil('it to be found again', async () => health.problemOf(HOST) === 'it broke later');
    await health.stop();
  });

  it('is bad as long as its keeper fails, although the driver finds nothing', async () => {
    const keeper = { hostName: HOST, failure: null as string | null };
    const health = createHostHealth({
      driver: { problem: async () => null },
      keepers: [keeper],
      ...{ everyMs: 10, log: silentLogger, clock: aHastyClock() },
    });
    await health.start();
    expect(health.problemOf(HOST)).toBeNull();
    keeper.failure = 'no netlink';
    await waitUntil('it to be found', async () => health.problemOf(HOST) === 'no netlink');
    keeper.failure = null;
    await waitUntil('it to heal', async () => health.problemOf(HOST) === null);
    await health.stop();
  });

  it('is bad while passes over the whole host fail, not for one of them and not for one network', async () => {
    const fault = { look: false, plug: false };
    const failing = {
      ...driver,
      look: async (host: string) => {
        if (fault.look) throw new Error('no netlink');
        return driver.look(host);
      },
    };
    const keeper = new HostKeeper({ hostName: HOST, driver: failing, log: silentLogger });
    const pass = () => keeper.pass().catch(() => undefined);
    fault.look = true;
    await pass();
    expect(keeper.failure).toBeNull();
    await pass();
    expect(keeper.failure).toBe('no netlink');
    fault.look = false;
    await pass();
    expect(keeper.failure).toBeNull();
  });
});
