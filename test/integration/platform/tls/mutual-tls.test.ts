import { writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, contract } from '#platform/contracts/contract.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createClient } from '#platform/rpc/client.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '#platform/tls/transport.ts';
import { leafPaths, writeLeaf } from '../../../../deploy/authority/leaf-files.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';
import { waitUntil } from '../../../support/wait-until.ts';

/** Named as a real contract is, so that its roles apply. */
const door = contract({
  name: 'door',
  version: 1,
  oldest: 1,
  calls: { echo: call(Type.Object({ text: Type.String() }), Type.Object({ text: Type.String() })) },
});
const KEY = 'k'.repeat(32);

let authority: TestAuthority;
let service: HttpService | undefined;
beforeEach(() => {
  authority = aTestAuthority();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  authority.remove();
});

async function serve(transport: Transport): Promise<string> {
  service = createHttpService({
    ...{ name: 'test', host: '127.0.0.1', port: 0, log: silentLogger, transport },
    routes: (app) =>
      serveContract(
        app,
        door,
        { echo: async ({ text }) => ({ text }) },
        sharedKeys(() => [KEY]),
      ),
  });
  await service.start();
  return service.address();
}

async function echo(url: string, transport: Transport): Promise<string> {
  const client = createClient(door, { url, key: KEY, transport });
  try {
    return (await client.echo({ text: 'hello' })).text;
  } finally {
    await client.close();
  }
}

describe('a service with TLS', () => {
  it('answers a peer with the right role, and says https', async () => {
    const url = await serve(authority.transport('server', 'conductor'));
    expect(url).toMatch(/^https:/);
    await expect(echo(url, authority.transport('caller', 'api'))).resolves.toBe('hello');
  });

  it.each<TlsRole>(['compute', 'network', 'conductor', 'mariadb'])('refuses the certificate of a %s', async (role) => {
    const url = await serve(authority.transport('server', 'conductor'));
    await expect(echo(url, authority.transport('caller', role))).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it.each<TlsRole>(['compute', 'api', 'redis'])('is not believed when it has the certificate of a %s', async (role) => {
    const url = await serve(authority.transport('server', role));
    await expect(echo(url, authority.transport('caller', 'api'))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('is not one of conductor.volvox.internal'),
    });
  });

  it('neither believes nor is believed by another authority', async () => {
    const other = aTestAuthority();
    try {
      const url = await serve(authority.transport('server', 'conductor'));
      const foreign = other.transport('caller', 'api');
      await expect(echo(url, foreign)).rejects.toMatchObject({ kind: 'unavailable' });
      // A caller that believes the server is refused by it all the same.
      const { cert, key } = foreign.files.current;
      await expect(handshake(url, { ca: authority.authority.cert, cert, key })).resolves.toMatch(/^closed$|ECONNRESET/);
    } finally {
      other.remove();
    }
  });

  it('takes no peer without a certificate, and no plain one', async () => {
    const url = await serve(authority.transport('server', 'conductor'));
    await expect(handshake(url, { ca: authority.authority.cert })).resolves.toMatch(/certificate.required/);
    await expect(echo(url.replace('https:', 'http:'), PLAIN_ON_LOOPBACK)).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('takes no TLS before 1.2', async () => {
    const url = await serve(authority.transport('server', 'conductor'));
    const { cert, key } = authority.transport('caller', 'api').files.current;
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(url, { ca: authority.authority.cert, cert, key, ...old })).resolves.toMatch(/version/);
  });

  it('moves to another authority while a certificate of each is accepted', async () => {
    const other = aTestAuthority();
    const both = `${authority.authority.cert}${other.authority.cert}`;
    const server = authority.transport('server', 'conductor');
    const caller = authority.transport('caller', 'api');
    const url = await serve(server);
    const client = createClient(door, { url, key: KEY, transport: caller });
    const use = async (process: string, transport: typeof server, ca: string, leaf?: { cert: string; key: string }) => {
      const paths = leafPaths(authority.folder(process));
      writeFileSync(paths.caFile, ca);
      if (leaf !== undefined) {
        writeFileSync(paths.keyFile, leaf.key);
        writeFileSync(paths.certFile, leaf.cert);
      }
      transport.files.check();
      await expect(client.echo({ text: 'hello' })).resolves.toEqual({ text: 'hello' });
    };
    await use('server', server, both);
    await use('caller', caller, both);
    await use('server', server, both, other.authority.issue({ roles: ['conductor'], hosts: [] }));
    await use('caller', caller, both, other.authority.issue({ roles: ['api'], hosts: [] }));
    await use('server', server, other.authority.cert);
    await use('caller', caller, other.authority.cert);
    await client.close();
    await expect(echo(url, authority.transport('late', 'api'))).rejects.toMatchObject({ kind: 'unavailable' });
    other.remove();
  });

  it('uses new certificates on both sides while calls go on, and none fails', async () => {
    const server = authority.transport('server', 'conductor');
    const caller = authority.transport('caller', 'api');
    const url = await serve(server);
    const client = createClient(door, { url, key: KEY, transport: caller, connections: 4 });
    const stop = new AbortController();
    const counts = { ok: 0, failed: [] as unknown[] };
    const load = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        const error = await client.echo({ text: 'x' }).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error === null) counts.ok += 1;
        else counts.failed.push(error);
      }
    });
    const first = await serialOf(url, caller);
    for (let round = 0; round < 5; round++) {
      const before = await serialOf(url, caller);
      for (const [name, role] of [
        ['server', 'conductor'],
        ['caller', 'api'],
      ] as const) {
        writeLeaf(authority.folder(name), authority.authority, { roles: [role], hosts: [] });
      }
      server.files.check();
      caller.files.check();
      expect(await serialOf(url, caller)).not.toBe(before);
      const goal = counts.ok + 50;
      await waitUntil('calls on the new connections', async () => counts.ok > goal);
    }
    stop.abort();
    await Promise.all(load);
    await client.close();
    expect(counts.failed).toEqual([]);
    expect(await serialOf(url, caller)).not.toBe(first);
  });
});

it('ends a connection that shows no certificate in time', { timeout: 60_000 }, async () => {
  const url = await serve(authority.transport('server', 'conductor'));
  const socket = connectPlain(addressOf(url));
  socket.on('error', () => undefined);
  const openedAt = performance.now();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(performance.now() - openedAt).toBeLessThan(30_000);
});

/** @returns the serial number of the certificate that the server shows now. */
function serialOf(url: string, { files }: { files: { current: { cert: string; key: string } } }): Promise<string> {
  const { cert, key } = files.current;
  return new Promise((resolve, reject) => {
    const socket = connect({ ...addressOf(url), ca: authority.authority.cert, cert, key }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    }).once('error', reject);
  });
}

/** @returns why the server ended the connection. In TLS 1.3 it says so only after its own part of the handshake. */
function handshake(url: string, options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...addressOf(url), ...options }, () => socket.write('GET / HTTP/1.1\r\n\r\n'));
    socket.once('error', (error) => resolve(error.message));
    socket.once('data', () => resolve('answered'));
    socket.once('close', () => resolve('closed'));
  });
}

const addressOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) });
