import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { insertProject } from '#platform/directory/stores/projects.ts';
import { insertUser } from '#platform/directory/stores/users.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { ConsoleGateway, isForConsole } from '../../../../api/consoles/gateway.ts';
import { issueConsoleUrl } from '../../../../api/consoles/issue-token.ts';
import { consoleMetrics } from '../../../../api/consoles/metrics.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const [CELL, GUEST] = [randomUUID(), randomUUID()];
const consoles = {
  ...{ publicUrl: 'http://consoles.test', tokenSeconds: 600, allowedOrigins: ['https://dashboard.test'] },
  ...{ connections: 6, connectionsPerProject: 2, idleSeconds: 0, maxSeconds: 0 },
};
const app = Fastify();
let api: ComputeApp;
let build: InstanceBuild;
let port = 0;
/** Streams to the guest. While `gate` is pending, the guest's host does not answer. */
let guests: Duplex[] = [];
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  const openStream = async () => {
    await gate;
    const guest = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
    guests.push(guest);
    return guest;
  };
  const cell = { id: CELL, name: 'east', url: '', enabled: true, door: { openStream } };
  const cells = { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'];
  api = await createComputeApp({ cells, consoles });
  build = aBuild({ projectId: PROJECT });
  const [createdAt, extra] = ['2026-05-01T12:00:00.000Z', {}];
  await api.deps.directory.transaction(async (tx) => {
    await insertProject(tx, { id: PROJECT, name: 'p', description: '', enabled: true, createdAt, extra, tags: [] });
    const user = { id: 'fake', name: 'fake', description: '', email: null, enabled: true, createdAt, extra };
    await insertUser(tx, { ...user, passwordHash: null, defaultProjectId: null, tokensNotBefore: 0 });
  });
  await beginWithServer(api.deps, build, CELL);
  new ConsoleGateway(
    { ...api.deps, consoles, log: app.log } as unknown as ApiDeps,
    consoleMetrics(new Registry()),
  ).serve(app as unknown as Parameters<ConsoleGateway['serve']>[0]);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await app.close();
  await api.close();
});

async function newToken(): Promise<string> {
  const opened = {
    ...{
      instanceUuid: build.uuid,
      projectId: PROJECT,
      userId: 'fake',
      userProjectId: PROJECT,
      type: 'serial' as const,
    },
    ...{ cellId: CELL, epoch: 2, guestId: GUEST, host: 'h' },
  };
  const url = await issueConsoleUrl({ ...api.deps, consoles } as unknown as ApiDeps, opened);
  return new URL(url).searchParams.get('token') ?? '';
}

const HANDSHAKE = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' };

/** Asks for a console over a connection that the client never closes. @returns the connection, and the start of the answer. */
async function ask(path: string, headers: Record<string, string> = {}): Promise<readonly [Socket, Promise<string>]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const all = { host: 'x', ...HANDSHAKE, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => undefined);
  const answer = once(socket, 'data').then(([bytes]) => String(bytes).split('\r\n')[0] ?? '');
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return [socket, answer];
}

const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

async function untilNothingIsOpen(): Promise<void> {
  await waitUntil('every connection to end', async () => ((await connections()) === 0 ? true : null));
  await waitUntil('every guest to be left', async () => (guests.every((guest) => guest.destroyed) ? true : null));
  guests = [];
}

it('refuses what is no token, another console, another page and another path, and keeps no socket of clients that stay', async () => {
  const token = await newToken();
  const refusals = [
    ['/console/serial', {}, 401],
    [`/console/serial?token=${'x'.repeat(43)}`, {}, 401],
    [`/console/serial?token=${'x'.repeat(4_000)}`, {}, 401],
    [`/console/serial?token=a&token=${token}`, {}, 401],
    [`/console/serial?token=${token}%00`, {}, 401],
    [`/console/vnc/socket?token=${token}`, {}, 401],
    [`/console/serial?token=${token}`, { origin: 'https://evil.test' }, 403],
    [`/console/serial?token=${token}`, { origin: 'null' }, 403],
    [`/console/serial?token=${token}`, { origin: 'https://consoles.test' }, 403],
    [`/console/serial?token=${token}`, { origin: 'https://dashboard.test.evil.test' }, 403],
    [`/console/serial/?token=${token}`, {}, 404],
    [`/console/x/../serial?token=${token}`, {}, 404],
  ] as const;
  const open: Socket[] = [];
  for (const [path, headers, status] of refusals) {
    const [socket, answer] = await ask(path, headers);
    open.push(socket);
    expect(await answer, path).toContain(`HTTP/1.1 ${status}`);
  }
  expect(guests).toEqual([]);
  await untilNothingIsOpen();
  for (const socket of open) socket.destroy();
});

it('leaves the guest when the handshake of a client with a good token is wrong', async () => {
  for (const wrong of [{ 'sec-websocket-version': '7' }, { 'sec-websocket-key': 'x' }]) {
    for (let count = 0; count < 4; count++) {
      const [socket, answer] = await ask(`/console/serial?token=${await newToken()}`, wrong);
      expect(await answer).toMatch(/^HTTP\/1\.1 4/);
      socket.destroy();
    }
  }
  expect(guests).toHaveLength(8);
  await untilNothingIsOpen();
});

it('counts consoles that are being opened against the bound of their project', async () => {
  let answerNow: () => void = () => undefined;
  gate = new Promise((resolve) => {
    answerNow = resolve;
  });
  const tokens = await Promise.all(Array.from({ length: 5 }, newToken));
  const asked = await Promise.all(tokens.map((token) => ask(`/console/serial?token=${token}`)));
  const statuses = Promise.all(asked.map(([, answer]) => answer));
  await Promise.race(asked.map(([, answer]) => answer));
  answerNow();
  const lines = await statuses;
  expect(lines.filter((line) => line.includes(' 101 '))).toHaveLength(2);
  expect(lines.filter((line) => line.includes(' 429 '))).toHaveLength(3);
  for (const [socket] of asked) socket.destroy();
  await untilNothingIsOpen();
  // The slots are free again.
  const client = new WebSocket(`ws://127.0.0.1:${port}/console/serial?token=${await newToken()}`);
  await once(client, 'open');
  client.terminate();
  await untilNothingIsOpen();
});

it.each(['constructor', '__proto__', 'toString', '/console/serial/..', ''])('%s is no path of a console', (url) => {
  expect(isForConsole({ url })).toBe(false);
});
