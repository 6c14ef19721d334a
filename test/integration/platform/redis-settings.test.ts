import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { producerConnection } from '#platform/queue/redis.ts';
import { redisSettings } from '#platform/queue/redis-settings.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('the settings of Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());

  const started = async () => {
    const warned: string[] = [];
    await redisSettings(redis.config, { warn: (...[, message]: unknown[]) => warned.push(String(message)) }).start();
    return warned;
  };

  it('are checked at start: a process does not start with a Redis that drops keys', async () => {
    expect(await started()).toEqual([]);
    const admin = producerConnection(redis.config);
    await waitUntil('Redis', () => admin.status === 'ready');
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(started()).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('maxmemory-policy is allkeys-lru'),
    });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    admin.disconnect();
    expect(await started()).toEqual([]);
  });

  it('stay unchecked, with a warning, while Redis does not answer', async () => {
    await redis.kill();
    expect(await started()).toEqual(['the settings of Redis were not checked']);
    await redis.start();
  });
});
