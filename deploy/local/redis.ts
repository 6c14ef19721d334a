import { mkdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { storeTls } from '#platform/tls/store-tls.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { certificateFor, operatorTransport } from './certificates.ts';
import { storeEnvironment } from './environment.ts';
import type { ProcessSpec } from './managed-process.ts';
import { writePrivate } from './private-file.ts';
import type { StoreOptions } from './store-options.ts';
import { SOCKET_FILE } from './store-sockets.ts';

/** A Redis that keeps what it is told (append-only file) and never evicts. Its password stands in a private file, not in `ps`. */
export function redisProcess(options: StoreOptions): ProcessSpec {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const config = `${options.folder}.conf`;
  const { certFile, keyFile, caFile } = certificateFor(options.home, options.name, 'redis');
  writePrivate(
    config,
    [
      'bind 127.0.0.1',
      'port 0',
      `tls-port ${options.port}`,
      `tls-cert-file ${JSON.stringify(certFile)}`,
      `tls-key-file ${JSON.stringify(keyFile)}`,
      `tls-ca-cert-file ${JSON.stringify(caFile)}`,
      'tls-auth-clients yes',
      'tls-protocols "TLSv1.2 TLSv1.3"',
      `requirepass ${options.password}`,
      `dir ${JSON.stringify(options.folder)}`,
      `unixsocket ${SOCKET_FILE}`,
      'unixsocketperm 700',
      'daemonize no',
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      'maxmemory-policy noeviction',
      // How often a second it looks after itself; time-outs come so much later. At its own 10 it uses 1 ms of CPU a second more.
      'hz 2',
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
    ready: () => redisAnswers({ ...options, transport: operatorTransport(options.home) }),
  };
}

interface RedisAddress extends Pick<StoreOptions, 'port' | 'password'> {
  /** Absent: plain. */
  readonly transport?: Transport;
}

/** A connection to the Redis on this port of loopback, not opened yet; it is not opened again when it breaks. */
export function openRedis({ port, password, transport }: RedisAddress): Redis {
  const host = '127.0.0.1';
  const tls = storeTls(`Redis at port ${port}`, { host, transport });
  const redis = new Redis({
    ...{ host, port, password, lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 },
    ...(tls === null ? {} : { tls }),
  });
  return redis.on('error', () => undefined);
}

/** Whether the Redis on this port of loopback answers. @throws while it cannot be reached. */
export async function redisAnswers(address: RedisAddress): Promise<boolean> {
  const redis = openRedis(address);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}
