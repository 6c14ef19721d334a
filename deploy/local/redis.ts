import { mkdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { storeEnvironment } from './environment.ts';
import type { ProcessSpec } from './managed-process.ts';
import { writePrivate } from './private-file.ts';
import type { StoreOptions } from './store-options.ts';

/** A Redis that keeps what it is told (append-only file) and never evicts. Its password stands in a private file, not in `ps`. */
export function redisProcess(options: StoreOptions): ProcessSpec {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const config = `${options.folder}.conf`;
  writePrivate(
    config,
    [
      'bind 127.0.0.1',
      `port ${options.port}`,
      `requirepass ${options.password}`,
      `dir ${JSON.stringify(options.folder)}`,
      'daemonize no',
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      'maxmemory-policy noeviction',
      '',
    ].join('\n'),
  );
  return {
    name: options.name,
    command: 'redis-server',
    args: [config],
    env: storeEnvironment(options.home),
    cwd: options.folder,
    log: options.log,
    graceMs: 10_000,
    ready: () => redisAnswers(options),
  };
}

/** Whether the Redis on this port of loopback answers. @throws while it cannot be reached. */
export async function redisAnswers({ port, password }: Pick<StoreOptions, 'port' | 'password'>): Promise<boolean> {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}
