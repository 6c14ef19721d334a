import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { openPool } from '#platform/tls/dispatcher.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';
import { waitUntil } from '../../../support/wait-until.ts';

let authority: TestAuthority;
let service: HttpService;
const sockets: TLSSocket[] = [];
beforeEach(async () => {
  authority = aTestAuthority();
  service = createHttpService({
    ...{ name: 'test', host: '127.0.0.1', port: 0, log: silentLogger },
    transport: authority.transport('server', 'conductor'),
    withoutCertificate: ['/open'],
    routes: (app) => {
      app.get('/open', async () => ({ open: true }));
      app.get('/closed', async () => ({ open: false }));
    },
  });
  await service.start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await service.stop();
  authority.remove();
});

/** A connection without a certificate. */
function connected(): TLSSocket {
  const socket = connect({
    host: '127.0.0.1',
    port: Number(new URL(service.address()).port),
    ca: authority.authority.cert,
  });
  socket.on('error', () => socket.destroy());
  sockets.push(socket);
  return socket;
}

/** The status of the answer; null: the connection ended without one. */
const ask = (socket: TLSSocket, path: string): Promise<number | null> =>
  new Promise((resolve) => {
    socket.once('data', (data) => resolve(Number(String(data).split(' ')[1])));
    socket.once('close', () => resolve(null));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  });

describe('a service with routes for peers without a certificate', () => {
  it('serves those routes to them, and no others', async () => {
    expect(await ask(connected(), '/open')).toBe(200);
    for (const path of ['/closed', '/healthz', '/open/', '/nowhere'])
      expect(await ask(connected(), path), path).toBe(403);
  });

  it('takes 64 of them at a time, and peers with a certificate always', async () => {
    const nameless = Array.from({ length: 80 }, connected);
    await waitUntil(
      'the end of those that are too many',
      () => nameless.filter(({ destroyed }) => destroyed).length === 16,
    );
    const staying = nameless.filter(({ destroyed }) => !destroyed);
    expect(await Promise.all(staying.map((socket) => ask(socket, '/open')))).toEqual(staying.map(() => 200));
    const pool = openPool(authority.transport('caller', 'api'), service.address(), () => 'conductor', {
      ...{ connections: 4, connectMs: 2_000 },
    });
    const answer = await pool.request({ method: 'GET', path: '/closed' });
    await answer.body.dump();
    expect(answer.statusCode).toBe(200);
    await pool.destroy();
    staying[0]?.destroy();
    await waitUntil('a place for another', async () => (await ask(connected(), '/open')) === 200);
  });
});
