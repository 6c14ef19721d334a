import { Redis } from 'ioredis';
import type { Secret } from '../config/secret.ts';

export interface RedisConfig {
  readonly host: string;
  readonly port: number;
  readonly password: Secret;
}

/** For those who put jobs in: fails fast, so that no request ever hangs on a Redis that is away. */
export const producerConnection = (config: RedisConfig): Redis =>
  quiet(new Redis({ ...base(config), enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 }));

/** For workers: waits for Redis to come back, for ever. */
export const workerConnection = (config: RedisConfig): Redis =>
  quiet(new Redis({ ...base(config), maxRetriesPerRequest: null }));

const base = (config: RedisConfig) => ({
  host: config.host,
  port: config.port,
  password: config.password.reveal(),
  connectTimeout: 2_000,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
});

/** Lost connections are told by failing commands and by readiness; an unhandled 'error' event would end the process. */
const quiet = (redis: Redis): Redis => redis.on('error', () => undefined);
