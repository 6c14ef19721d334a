import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '#platform/config/secret.ts';
import type { RedisConfig } from '#platform/queue/redis.ts';
import { redisAnswers } from '../../deploy/local/redis.ts';
import { freePort } from './free-port.ts';
import { memoryFolder } from './memory-folder.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { waitUntil } from './wait-until.ts';

export interface TestRedis {
  readonly config: RedisConfig;
  /** The file at which it is reached too. */
  readonly socket: string;
  /** Kills it as a crash would; `start` brings it back on the same port, with what its append-only file kept. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of its own: loopback, a password, noeviction, append-only file. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(memoryFolder(), 'volvox-redis-'));
  const port = await freePort();
  const config: RedisConfig = { host: '127.0.0.1', port, password: new Secret('test') };
  const socket = join(folder, 'server.sock');
  let server: RunningProcess | undefined;
  const start = async () => {
    server = startProcess('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--requirepass', 'test'],
      ...['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--save', ''],
      ...['--unixsocket', socket],
    ]);
    await waitUntil(`Redis on port ${port}`, () => redisAnswers({ port, password: 'test' }));
  };
  await start();
  return {
    config,
    socket,
    start,
    kill: async () => server?.stop('SIGKILL'),
    stop: async () => {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
