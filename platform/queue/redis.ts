import { Redis } from 'ioredis';
import type { Secret } from '../config/secret.ts';
import { storeTls } from '../tls/store-tls.ts';
import type { Transport } from '../tls/transport.ts';

export interface RedisConfig {
  readonly host: string;
  readonly port: number;
  /** The socket file of a server on this machine; set, host, port and TLS are not used. */
  readonly socket?: string;
  /** Absent or empty: the default user. */
  readonly username?: string;
  readonly password: Secret;
  /** False: plain although the transport has TLS files; for a server on loopback. */
  readonly tls?: boolean;
  /** Without it: plain, on loopback only. */
  readonly transport?: Transport;
}

/** For those who put jobs in: fails fast, so that no request ever hangs on a Redis that is away. */
export const producerConnection = (config: RedisConfig): Redis =>
  quiet(new Redis({ ...base(config), enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 }));

/** For workers: waits for Redis to come back, for ever. */
export const workerConnection = (config: RedisConfig): Redis =>
  quiet(new Redis({ ...base(config), maxRetriesPerRequest: null }));

const base = (config: RedisConfig) => ({
  ...addressOf(config),
  ...(config.username ? { username: config.username } : {}),
  password: config.password.reveal(),
  connectTimeout: 2_000,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
});

function addressOf({ host, port, socket = '', tls, transport }: RedisConfig) {
  if (socket !== '') return { path: socket };
  const options = storeTls(`Redis at port ${port}`, { host, tls, transport });
  return options === null ? { host, port } : { host, port, tls: options };
}

/** Lost connections are told by failing commands and by readiness; an unhandled 'error' event would end the process. */
const quiet = (redis: Redis): Redis => redis.on('error', () => undefined);
