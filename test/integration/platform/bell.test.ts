import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { Bell } from '#platform/queue/bell.ts';
import { systemClock } from '#platform/time/clock.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('a bell', () => {
  let redis: TestRedis;
  let now = 0;
  const bells: Bell[] = [];
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterEach(async () => {
    for (const bell of bells.splice(0)) await bell.stop();
  });
  afterAll(() => redis.stop());

  const aBell = async (kind = 'conductors') => {
    const heard: string[] = [];
    const bell = new Bell(redis.config, kind, silentLogger, { ...systemClock, now: () => now });
    for (const topic of ['hosts', 'notices']) bell.onRing(topic, () => heard.push(topic));
    await bell.start();
    bells.push(bell);
    return { bell, heard };
  };
  /** Rings until it is heard: who rings alone stays silent for a while, and a ring may be lost. */
  const untilHeard = (bell: Bell, topic: string, heard: readonly string[]) =>
    waitUntil(`${topic} to be heard`, async () => {
      now += 5_000;
      bell.ring(topic);
      return heard.includes(topic);
    });

  it('is heard by others of its kind, and not by itself', async () => {
    const [one, two, other] = [await aBell(), await aBell(), await aBell('others')];
    await untilHeard(one.bell, 'hosts', two.heard);
    await untilHeard(two.bell, 'notices', one.heard);
    expect(two.heard).not.toContain('notices');
    expect(one.heard).not.toContain('hosts');
    expect(other.heard).toEqual([]);
  });

  it('makes one ring of many that come while one is on its way', async () => {
    const [one, two] = [await aBell(), await aBell()];
    await untilHeard(one.bell, 'hosts', two.heard);
    two.heard.length = 0;
    for (let n = 0; n < 100; n++) one.bell.ring('notices');
    one.bell.ring('hosts');
    await waitUntil('the last', async () => two.heard.includes('hosts') && two.heard.includes('notices'));
    expect(two.heard.length).toBeLessThan(10);
  });

  it('fails nobody while Redis is away, and is heard again when it is back', async () => {
    const [one, two] = [await aBell(), await aBell()];
    await untilHeard(one.bell, 'hosts', two.heard);
    await redis.kill();
    two.heard.length = 0;
    one.bell.ring('hosts');
    await redis.start();
    await untilHeard(one.bell, 'hosts', two.heard);
  });
});
