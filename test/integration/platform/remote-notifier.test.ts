import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { RemoteNotifier } from '#platform/queue/remote-notifier.ts';
import { systemClock } from '#platform/time/clock.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('a remote notifier', () => {
  let redis: TestRedis;
  let now = 0;
  const notifiers: RemoteNotifier[] = [];
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterEach(async () => {
    for (const notifier of notifiers.splice(0)) await notifier.stop();
  });
  afterAll(() => redis.stop());

  const aNotifier = async (kind = 'conductors') => {
    const heard: string[] = [];
    const notifier = new RemoteNotifier(redis.config, kind, silentLogger, { ...systemClock, now: () => now });
    for (const topic of ['hosts', 'notices']) notifier.onRing(topic, () => heard.push(topic));
    await notifier.start();
    notifiers.push(notifier);
    await waitUntil('the notifier to hear', () => notifier.hears && heard.length >= 2);
    heard.length = 0;
    return { notifier, heard };
  };
  /** Rings until it is heard: who rings alone stays silent for a while, and a ring may be lost. */
  const untilHeard = (notifier: RemoteNotifier, topic: string, heard: readonly string[]) =>
    waitUntil(`${topic} to be heard`, async () => {
      now += 5_000;
      notifier.ring(topic);
      return heard.includes(topic);
    });

  it('is heard by others of its kind, and not by itself', async () => {
    const [one, two, other] = [await aNotifier(), await aNotifier(), await aNotifier('others')];
    await untilHeard(one.notifier, 'hosts', two.heard);
    await untilHeard(two.notifier, 'notices', one.heard);
    expect(two.heard).not.toContain('notices');
    expect(one.heard).not.toContain('hosts');
    expect(other.heard).toEqual([]);
  });

  it('makes one ring of many that come while one is on its way', async () => {
    const [one, two] = [await aNotifier(), await aNotifier()];
    await untilHeard(one.notifier, 'hosts', two.heard);
    two.heard.length = 0;
    for (let n = 0; n < 100; n++) one.notifier.ring('notices');
    one.notifier.ring('hosts');
    await waitUntil('the last', async () => two.heard.includes('hosts') && two.heard.includes('notices'));
    expect(two.heard.length).toBeLessThan(10);
  });

  it('fails nobody while Redis is away, and is heard again when it is back', async () => {
    const [one, two] = [await aNotifier(), await aNotifier()];
    await untilHeard(one.notifier, 'hosts', two.heard);
    await redis.kill();
    await waitUntil('the end of the connection', () => !two.notifier.hears);
    two.heard.length = 0;
    one.notifier.ring('hosts');
    await redis.start();
    // Nobody rings: what was missed is looked for.
    await waitUntil('all topics', () => two.heard.includes('hosts') && two.heard.includes('notices'));
    two.heard.length = 0;
    await untilHeard(one.notifier, 'hosts', two.heard);
  });

  it('that rang alone rings again as soon as another one hears', async () => {
    const one = await aNotifier('lone');
    one.notifier.ring('hosts');
    const two = await aNotifier('lone');
    await waitUntil('hosts to be heard', () => {
      one.notifier.ring('hosts');
      return two.heard.includes('hosts');
    });
  });
});
