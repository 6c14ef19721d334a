import { Redis } from 'ioredis';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import type { StoreSettings } from '../../../deploy/local/settings.ts';

/** Jobs that nobody has taken, or that failed, in each Redis of the region. */
export async function readQueues(region: LocalRegion): Promise<string[]> {
  const { global, cells } = region.settings;
  const stores: readonly (readonly [string, StoreSettings])[] = [
    ['global', global],
    ...cells.map((cell) => [cell.name, cell] as const),
  ];
  return (await Promise.all(stores.map(([owner, store]) => jobsIn(owner, store)))).flat();
}

async function jobsIn(owner: string, { redisPort: port, redisPassword: password }: StoreSettings): Promise<string[]> {
  const redis = new Redis({ port, password, lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const keys = await redis.keys('volvox:*');
    const jobs = keys.filter((key) => /:(wait|active|paused|delayed|prioritized|failed|waiting-children)$/.test(key));
    return jobs.map((key) => `${owner}: jobs in ${key}`);
  } finally {
    redis.disconnect();
  }
}

/** Empties a Redis, as an operator's mistake or a lost disk does. */
export async function flushAll({ redisPort: port, redisPassword: password }: StoreSettings): Promise<void> {
  const redis = new Redis({ port, password, lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}
