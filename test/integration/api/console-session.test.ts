import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ConsoleSession } from '../../../api/consoles/session.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: WebSocketServer;
let now = 0;
let isGood = true;
/** Bytes that passed, by direction. */
let passed = { 'to-guest': 0, 'from-guest': 0 };

beforeEach(async () => {
  [now, isGood] = [0, true];
  passed = { 'to-guest': 0, 'from-guest': 0 };
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

interface Opened {
  readonly client: WebSocket;
  readonly session: ConsoleSession;
  readonly guest: Duplex;
  readonly closed: Promise<readonly [code: number, reason: string]>;
  /** What the guest has got. */
  readonly heard: () => string;
}

async function open(config: { idleSeconds?: number; maxSeconds?: number } = {}, lookMs = 200): Promise<Opened> {
  let text = '';
  const guest = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      text += bytes.toString();
      done();
    },
  });
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  const closed = new Promise<readonly [number, string]>((resolve) =>
    client.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  const session = new ConsoleSession({
    client: await accepted,
    config: { idleSeconds: 0, maxSeconds: 0, ...config },
    metrics: {
      opened: () => undefined,
      closed: () => undefined,
      refused: () => undefined,
      bytes: (direction, count) => {
        passed[direction] += count;
      },
    },
    isStillGood: async () => isGood,
    now: () => now,
    lookMs,
  });
  void session.run(guest);
  await new Promise((resolve) => (client.readyState === WebSocket.OPEN ? resolve(null) : client.once('open', resolve)));
  return { client, session, guest, closed, heard: () => text };
}

test('passes bytes both ways, and counts them', async () => {
  const { client, guest, heard } = await open();
  const said = new Promise((resolve) => client.once('message', (data: Buffer) => resolve(data.toString())));
  guest.push('from the guest');
  expect(await said).toBe('from the guest');
  client.send('to the guest');
  await waitUntil('the guest to hear', async () => heard() === 'to the guest' || null);
  expect(passed).toEqual({ 'to-guest': 12, 'from-guest': 14 });
});

test('is closed when nothing was typed for long, but not before', async () => {
  const { client, closed, heard, guest } = await open({ idleSeconds: 60 });
  now = 59_000;
  client.send('x');
  await waitUntil('the guest to hear', async () => heard() === 'x' || null);
  now = 118_000;
  guest.push('what the guest says does not count');
  await waitUntil('it to be told', async () => passed['from-guest'] > 0 || null);
  expect(client.readyState).toBe(WebSocket.OPEN);
  now = 119_001;
  expect(await closed).toEqual([4000, expect.stringContaining('Nothing was typed')]);
});

test('is closed after its time, and when it is not allowed any more', async () => {
  const one = await open({ maxSeconds: 10 });
  now = 10_001;
  expect((await one.closed)[0]).toBe(4001);
  await waitUntil('the guest to be left', async () => one.guest.destroyed || null);
  const other = await open();
  isGood = false;
  expect(await other.closed).toEqual([4003, expect.stringContaining('not allowed')]);
});

test('says that the process stops, and that the guest has ended', async () => {
  const one = await open();
  await one.session.goAway();
  expect((await one.closed)[0]).toBe(1001);
  const other = await open();
  other.guest.push(null);
  expect(await other.closed).toEqual([1011, 'The guest ended the connection.']);
});

test('leaves the guest when its client has gone', async () => {
  const { client, guest } = await open();
  client.terminate();
  await waitUntil('the guest to be left', async () => guest.destroyed || null);
});

test('a client that does not read makes the guest wait, and takes no memory for it', async () => {
  const { client, guest } = await open({}, 60_000);
  client.pause();
  const piece = Buffer.alloc(64 * 1024);
  let taken = 0;
  guest._read = () => {
    taken += piece.length;
    guest.push(piece);
  };
  guest.push(piece);
  const settled = await waitUntil('the guest to wait', async () => {
    const before = taken;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return taken === before ? { taken } : null;
  });
  // The buffers of the kernel, and a few pieces of ours.
  expect(settled.taken).toBeLessThan(16 * 1024 * 1024);
  const before = taken;
  client.resume();
  await waitUntil('it to go on', async () => taken > before || null);
});

test('a client that answers no ping is given up', async () => {
  const { client, guest } = await open();
  client.pause();
  await waitUntil('the guest to be left', async () => guest.destroyed || null);
});
