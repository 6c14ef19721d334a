import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { Waker } from '#platform/queue/waker.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('wake-ups', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());

  it('arrive; a Redis that is away delays nobody who sends, and the listener comes back with it', async () => {
    const taken: string[] = [];
    const waker = new Waker(redis.config, silentLogger);
    const listener = createWakeListener(redis.config, 'agent-1', (ids) => taken.push(...ids), silentLogger);
    await listener.start();
    await waitUntil('Redis', () => waker.healthy());
    await waker.wake('agent-1', ['a', 'b']);
    await waitUntil('a and b', () => taken.length === 2);
    expect(taken).toEqual(['a', 'b']);

    await redis.kill();
    const before = Date.now();
    await waker.wake('agent-1', ['lost']);
    expect(Date.now() - before).toBeLessThan(2_500);
    expect(await waker.healthy()).toBe(false);

    await redis.start();
    await waitUntil('Redis again', () => waker.healthy());
    await waitUntil('c', async () => {
      await waker.wake('agent-1', ['c']);
      return taken.includes('c');
    });
    await waker.close();
    await listener.drain();
    await listener.stop();
  });

  it('of one moment travel together, and none is missing', async () => {
    const jobs: string[][] = [];
    const waker = new Waker(redis.config, silentLogger);
    const listener = createWakeListener(redis.config, 'agent-2', (ids) => jobs.push([...ids]), silentLogger);
    await listener.start();
    await waitUntil('Redis', () => waker.healthy());
    const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`);
    await Promise.all(ids.map((id) => waker.wake('agent-2', [id])));
    await waitUntil('all', () => jobs.flat().length >= ids.length);
    expect(jobs.flat().sort()).toEqual([...ids].sort());
    expect(jobs.length).toBeLessThan(ids.length / 10);
    await waker.close();
    await listener.drain();
    await listener.stop();
  });
});
