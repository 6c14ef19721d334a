import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { openDatabase } from '#platform/database/database.ts';
import { producerConnection } from '#platform/queue/redis.ts';
import { startMariadb } from '../../support/mariadb.ts';
import { aTestAuthority } from '../../support/test-authority.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';

/** Nobody answers there, and nothing may be sent there without TLS. */
const BEYOND = '192.0.2.1';

describe('a store with a socket file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'volvox-socket-'));
  let mariadb: Awaited<ReturnType<typeof startMariadb>>;
  let redis: TestRedis;
  beforeAll(async () => {
    mariadb = await startMariadb(join(folder, 'mariadb'));
    redis = await startTestRedis();
  });
  afterAll(async () => {
    await mariadb?.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is reached by it, whatever host, port and TLS say', async () => {
    const authority = aTestAuthority();
    const transport = authority.transport('api', 'api');
    const user = { user: 'root', password: new Secret(''), database: 'mysql', poolSize: 1 };
    const database = openDatabase({ ...user, host: BEYOND, port: 1, socket: mariadb.socket, transport });
    await database.ping();
    await database.close();
    const password = redis.config.password;
    const connection = producerConnection({ host: BEYOND, port: 1, socket: redis.socket, password, transport });
    await new Promise<void>((ready, failed) => connection.once('ready', ready).once('error', failed));
    expect(await connection.ping()).toBe('PONG');
    connection.disconnect();
    authority.remove();
  });

  it('asks for its password there too', async () => {
    const wrong = producerConnection({ host: '', port: 0, socket: redis.socket, password: new Secret('wrong') });
    const failed = new Promise<Error>((resolve) => wrong.once('error', resolve));
    expect((await failed).message).toMatch(/WRONGPASS/);
    wrong.disconnect();
  });
});
