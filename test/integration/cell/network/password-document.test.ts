import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { isPasswordPath, passwordReply } from '../../../../cell/network/metadata/password-document.ts';
import { createRecordService } from '../../../../cell/network/metadata/record-service.ts';

const NETWORK = '5cbc9d1c-4f6a-4b7f-8f65-0b2a5f6f2a11';
const ADDRESS = '10.0.0.5';
let folder: string;
let guests: Server;
let agent: ReturnType<typeof createRecordService>;
let saved: string | null = null;

/** The way of a password: guest, metadata server, the socket of the agent; what the agent asks its conductor is a double. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-password-'));
  const socketPath = join(folder, 'agent');
  const known = (address: string) => {
    if (address !== ADDRESS) throw new VolvoxError('not-found', 'nobody has that address');
  };
  agent = createRecordService({
    socketPath,
    clientUid: process.getuid?.() ?? 0,
    source: { record: async () => null, fixedAddressOf: (_network: string, address: string) => address } as never,
    passwords: {
      read: async (_network, address) => {
        known(address);
        return saved ?? '';
      },
      save: async (_network, address, password) => {
        known(address);
        if (saved !== null) throw new VolvoxError('conflict', 'there is one');
        saved = password;
      },
    },
    log: createLogger('test', 'silent'),
  });
  await agent.start?.();
  guests = createServer((asked, response) => {
    const address = String(asked.headers['x-address']);
    void passwordReply(socketPath, NETWORK, address, asked).then(({ status, body }) =>
      response.writeHead(status).end(body),
    );
  });
  await new Promise<void>((resolve) => guests.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  guests?.close();
  await agent?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (method: string, body = '', address = ADDRESS) =>
  new Promise<readonly [number | undefined, string]>((resolve, reject) => {
    const { port } = guests.address() as { port: number };
    const options = { host: '127.0.0.1', port, method, headers: { 'x-address': address }, agent: false };
    const question = request(options, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part)).once('end', () => resolve([answer.statusCode, text]));
    });
    question.once('error', reject).end(body);
  });

it('takes one password from each guest, of 1,020 bytes of text at most', async () => {
  expect(await ask('GET')).toEqual([200, '']);
  expect(await ask('POST', 'x'.repeat(1_021))).toEqual([400, 'Request is too large.']);
  expect(await ask('POST', 'pass\u0007word')).toEqual([400, 'The password is not text.']);
  expect((await ask('PUT', 'x'))[0]).toBe(400);
  expect(await ask('POST', 'x'.repeat(1_020))).toEqual([200, '']);
  expect(await ask('GET')).toEqual([200, 'x'.repeat(1_020)]);
  expect((await ask('POST', 'again'))[0]).toBe(409);
  expect((await ask('GET', '', '10.0.0.6'))[0]).toBe(404);
  expect((await ask('POST', 'other', '10.0.0.6'))[0]).toBe(404);
});

it('is there since the version of 2013-04-04', () => {
  expect(isPasswordPath('/openstack/latest/password')).toBe(true);
  expect(isPasswordPath('/openstack/2013-04-04/password')).toBe(true);
  expect(isPasswordPath('/openstack/2012-08-10/password')).toBe(false);
  expect(isPasswordPath('/openstack/2099-01-01/password')).toBe(false);
  expect(isPasswordPath('/openstack/latest/password/x')).toBe(false);
  expect(isPasswordPath('/latest/password')).toBe(false);
});
