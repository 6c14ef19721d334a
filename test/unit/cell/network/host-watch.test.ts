import { describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import { createHostWatch, type HostWatchOptions } from '../../../../cell/network/host-watch.ts';

type Keeper = HostWatchOptions['keepers'][number];

/** Every pass waits until the test ends it. */
function aWatchedHost(hostName: string) {
  const passes: { end: () => void; fail: (error: Error) => void }[] = [];
  const keeper = {
    hostName,
    pass: () => new Promise((resolve, reject) => passes.push({ end: () => resolve({}), fail: reject })),
  } as unknown as Keeper;
  return { keeper, passes };
}

const NO_PAUSE: Clock = { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) };
const turns = async () => {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('the watch over hosts', () => {
  it('passes again after each pass, host by host, also after one that failed', async () => {
    const [a, b] = [aWatchedHost('a'), aWatchedHost('b')];
    const warned: unknown[] = [];
    const log: Logger = Object.assign(Object.create(silentLogger), { warn: (facts: object) => warned.push(facts) });
    const watch = createHostWatch({ keepers: [a.keeper, b.keeper], everyMs: 10, log, clock: NO_PAUSE });
    await watch.start();
    a.passes[0]?.fail(new Error('no netlink'));
    await turns();
    expect([a.passes.length, b.passes.length]).toEqual([2, 1]);
    expect(warned).toEqual([{ reconciler: 'host-watch a', reason: 'no netlink' }]);
    const stopped = watch.stop();
    for (const { end } of [...a.passes, ...b.passes]) end();
    await stopped;
    expect([a.passes.length, b.passes.length]).toEqual([2, 1]);
  });

  it('has stopped when its last pass has ended, not before', async () => {
    const { keeper, passes } = aWatchedHost('a');
    const watch = createHostWatch({ keepers: [keeper], everyMs: 10, log: silentLogger, clock: NO_PAUSE });
    await watch.start();
    let isOver = false;
    const stopped = watch.stop().then(() => {
      isOver = true;
    });
    await turns();
    expect(isOver).toBe(false);
    passes[0]?.end();
    await stopped;
    expect(passes).toHaveLength(1);
  });
});
