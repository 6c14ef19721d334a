import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { onUpgrade } from '#platform/rpc/on-upgrade.ts';

test('a server changes to the protocol that is asked for, and to no other', async () => {
  const app = Fastify();
  for (const protocol of ['one', 'other']) {
    onUpgrade(app, protocol, (_request, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
    });
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const ask = (protocol: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request({ port, headers: { connection: 'Upgrade', upgrade: protocol } });
      asked.once('upgrade', ({ headers }, socket) => {
        socket.destroy();
        resolve(headers.upgrade ?? '');
      });
      asked.once('response', (answer) => resolve(String(answer.resume().statusCode)));
      asked.once('error', reject);
      asked.end();
    });
  expect([await ask('one'), await ask('other'), await ask('third')]).toEqual(['one', 'other', '404']);
  await app.close();
});
