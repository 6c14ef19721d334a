import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askGuestAgent } from '../../../../../../cell/compute/drivers/qemu/guest-agent.ts';

interface Asked {
  readonly execute: string;
  readonly arguments: { readonly id?: number; readonly username?: string; readonly password?: string };
}

let server: Server;
afterEach(() => server.close());

/** A guest agent that answers each request as told; `undefined` is no answer. */
async function agentThat(answer: (asked: Asked) => string | Buffer | undefined): Promise<Socket> {
  server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1').replaceAll('\xff', '');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const said = answer(JSON.parse(text.slice(0, end)) as Asked);
        text = text.slice(end + 1);
        if (said !== undefined) socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const inSync = ({ arguments: { id } }: Asked): Buffer =>
  Buffer.concat([Buffer.from([0xff]), Buffer.from(line({ return: id }))]);

const SET = { execute: 'guest-set-user-password', arguments: { username: 'root', password: 'c2VjcmV0' } };
const MS = 5_000;
const silence = { kind: 'unsupported', message: 'The guest agent does not answer.' };

test('is in sync with the agent, whatever it said before, and hands the request over', async () => {
  const asked: Asked[] = [];
  const socket = await agentThat((request) => {
    asked.push(request);
    if (request.execute === SET.execute) return line({ return: {} });
    const late = line({ return: { 'of another': 'request' } });
    return Buffer.concat([Buffer.from(`${late}{"return": {"left over"`), inSync(request)]);
  });
  expect(await askGuestAgent(socket, SET, MS)).toBe('done');
  expect(asked[1]).toEqual(SET);
});

test.each([
  ['an error', line({ error: { class: 'GenericError', desc: 'no user root; secret' } })],
  ['no JSON', 'return {}\n'],
  ['other JSON', '[{"return": {}}]\n'],
  ['nothing', '\n'],
])('takes %s for a refusal', async (_name, answer) => {
  const socket = await agentThat((request) => (request.execute === SET.execute ? answer : inSync(request)));
  expect(await askGuestAgent(socket, SET, MS)).toBe('refused');
});

test('waits no longer than it should for an agent that says nothing, or only other things, or is late', async () => {
  const silent = await agentThat(() => undefined);
  await expect(askGuestAgent(silent, SET, 50)).rejects.toMatchObject(silence);
  server.close();
  const chatty = await agentThat(() => line({ return: 1 }));
  await expect(askGuestAgent(chatty, SET, 50)).rejects.toMatchObject(silence);
  server.close();
  const late = await agentThat((request) => (request.execute === SET.execute ? undefined : inSync(request)));
  await expect(askGuestAgent(late, SET, 50)).rejects.toMatchObject(silence);
});

test.each([
  ['a line without an end', () => 'x'.repeat(100 * 1024)],
  ['lines without an end', () => line({ return: 1 }).repeat(10_000)],
])('reads no more than it must of %s', async (_name, answer) => {
  const socket = await agentThat(answer);
  await expect(askGuestAgent(socket, SET, MS)).rejects.toMatchObject({
    kind: 'unsupported',
    message: 'The guest agent sends no whole answer.',
  });
  expect(socket.bytesRead).toBeLessThan(256 * 1024);
});

test('says so when the agent ends the connection, in order or not', async () => {
  const ended = { kind: 'unsupported', message: 'The guest agent ended the connection.' };
  const orderly = await agentThat(() => {
    orderly.end();
    return undefined;
  });
  await expect(askGuestAgent(orderly, SET, MS)).rejects.toMatchObject(ended);
  server.close();
  const abrupt = await agentThat(() => {
    abrupt.resetAndDestroy();
    return undefined;
  });
  await expect(askGuestAgent(abrupt, SET, MS)).rejects.toMatchObject(ended);
});
