import type { Redis } from 'ioredis';

/** How often a Redis was asked for each command since `counter`; those of scripts count, too. */
export async function commandCounter(redis: Redis): Promise<() => Promise<ReadonlyMap<string, number>>> {
  const before = await commandCounts(redis);
  return async () => {
    const after = await commandCounts(redis);
    const grown = [...after].map(([name, calls]) => [name, calls - (before.get(name) ?? 0)] as const);
    return new Map(grown.filter(([, calls]) => calls > 0).sort(([, one], [, other]) => other - one));
  };
}

async function commandCounts(redis: Redis): Promise<ReadonlyMap<string, number>> {
  const text = await redis.info('commandstats');
  return new Map(
    [...text.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)].map(([, name = '', calls]) => [name, Number(calls)]),
  );
}
