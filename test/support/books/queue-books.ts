import { operatorTransport } from '../../../deploy/local/certificates.ts';
import { openRedis } from '../../../deploy/local/redis.ts';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import type { StoreSettings } from '../../../deploy/local/settings.ts';

/** Jobs that nobody has taken, or that failed, in each Redis of the region. */
export async function readQueues(region: LocalRegion): Promise<string[]> {
  const { global, cells } = region.settings;
  const stores: readonly (readonly [string, StoreSettings])[] = [
    ['global', global],
    ...cells.map((cell) => [cell.name, cell] as const),
  ];
  return (await Promise.all(stores.map(([owner, store]) => jobsIn(region, owner, store)))).flat();
}

async function jobsIn(
  region: LocalRegion,
  owner: string,
  { redisPort: port, redisPassword: password }: StoreSettings,
): Promise<string[]> {
  const redis = openRedis({ port, password, transport: operatorTransport(region.home) });
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
export async function flushAll(
  region: LocalRegion,
  { redisPort: port, redisPassword: password }: StoreSettings,
): Promise<void> {
  const redis = openRedis({ port, password, transport: operatorTransport(region.home) });
  try {
    await redis.connect();
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}
