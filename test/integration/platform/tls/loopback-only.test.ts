import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { openDatabase } from '#platform/database/database.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { producerConnection } from '#platform/queue/redis.ts';
import { createClient } from '#platform/rpc/client.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { openAgent, openDownloads } from '#platform/tls/dispatcher.ts';
import { isLoopback } from '#platform/tls/loopback.ts';
import { openTransport, PLAIN_ON_LOOPBACK, type Transport } from '#platform/tls/transport.ts';
import { aTestAuthority } from '../../../support/test-authority.ts';

const INSECURE: Transport = { files: null, insecure: true };
const BEYOND = '192.0.2.1';

let service: HttpService | undefined;
afterEach(() => service?.stop());

const listen = async (host: string, transport: Transport): Promise<string> => {
  service = createHttpService({
    ...{ name: 'test', host, port: 0, log: silentLogger, transport, hostOption: 'conductor.listenHost' },
    routes: () => undefined,
  });
  await service.start();
  return service.address();
};

describe('without TLS', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1'])('nothing listens at %s; the error names the options', async (host) => {
    await expect(listen(host, PLAIN_ON_LOOPBACK)).rejects.toThrow(
      /^conductor\.listenHost: .* set tls\.certFile, tls\.keyFile and tls\.caFile, or allow it with tls\.insecure: true/,
    );
  });

  it('a service listens on loopback, and everywhere when tls.insecure is set', async () => {
    await expect(listen('127.0.0.1', PLAIN_ON_LOOPBACK)).resolves.toMatch(/^http:/);
    await service?.stop();
    await expect(listen('0.0.0.0', INSECURE)).resolves.toMatch(/^http:/);
  });

  it('tls.insecure is a warning at start', () => {
    const said: unknown[] = [];
    const log = { ...silentLogger, warn: (text: unknown) => void said.push(text) } as unknown as typeof silentLogger;
    openTransport({ certFile: '', keyFile: '', caFile: '', insecure: true }, log);
    expect(said).toEqual([expect.stringContaining('tls.insecure is set')]);
  });

  it('nothing is sent to another machine', async () => {
    const secret = new Secret('s');
    const peer = { url: `http://${BEYOND}:8780`, key: 'k' };
    expect(() => createClient(doorContract, peer)).toThrow(/beyond loopback/);
    const database = { host: BEYOND, port: 3306, user: 'u', password: secret, database: 'd', poolSize: 1 };
    expect(() => openDatabase(database)).toThrow(/The database at port 3306 at 192\.0\.2\.1 is beyond loopback/);
    expect(() => producerConnection({ host: BEYOND, port: 6379, password: secret })).toThrow(/Redis at port 6379/);
    for (const dispatcher of [
      openAgent(PLAIN_ON_LOOPBACK, 'compute', { connections: 1, connectMs: 100 }),
      openDownloads(PLAIN_ON_LOOPBACK, { connections: 1, connectMs: 100 }),
    ]) {
      const asked = dispatcher.request({ origin: `http://${BEYOND}`, path: '/', method: 'GET' });
      await expect(asked).rejects.toThrow(/beyond loopback/);
      await dispatcher.destroy();
    }
  });

  it('https is an error that names the options', () => {
    expect(() => createClient(doorContract, { url: 'https://127.0.0.1:1', key: 'k' })).toThrow(/set tls\.certFile/);
  });
});

describe('with TLS', () => {
  it('tls: false of a store keeps it on loopback', () => {
    const authority = aTestAuthority();
    const transport = authority.transport('api', 'api');
    const config = { host: BEYOND, port: 6379, password: new Secret('s'), tls: false, transport };
    expect(() => producerConnection(config)).toThrow(/beyond loopback/);
    authority.remove();
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
  ['localhost.example', false],
  ['::ffff:192.0.2.1', false],
])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected));
