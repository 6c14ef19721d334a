import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { setGuestPassword } from '../../../../../../cell/compute/drivers/qemu/guest-agent.ts';

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

test('is in sync with the agent, whatever it said before, and hands the password over', async () => {
  const asked: Asked[] = [];
  const socket = await agentThat((request) => {
    asked.push(request);
    if (request.execute === 'guest-set-user-password') return line({ return: {} });
    return Buffer.concat([Buffer.from('{"return": {"left over"'), inSync(request)]);
  });
  await setGuestPassword(socket, 'root', 'päss');
  expect(asked[1]).toEqual({
    execute: 'guest-set-user-password',
    arguments: { username: 'root', password: Buffer.from('päss').toString('base64'), crypted: false },
  });
});

test('says that the agent refuses, without the words of the guest and without the password', async () => {
  const socket = await agentThat((request) =>
    request.execute === 'guest-set-user-password'
      ? line({ error: { class: 'GenericError', desc: 'no user root; secret' } })
      : inSync(request),
  );
  await expect(setGuestPassword(socket, 'root', 'secret')).rejects.toMatchObject({
    kind: 'conflict',
    message: 'The guest agent refuses to set the password.',
  });
});

test('waits no longer than it should for an agent that says nothing, or only other things', async () => {
  const silent = await agentThat(() => undefined);
  await expect(setGuestPassword(silent, 'root', 'x', 50)).rejects.toMatchObject({ kind: 'conflict' });
  server.close();
  const chatty = await agentThat(() => line({ return: 1 }));
  await expect(setGuestPassword(chatty, 'root', 'x', 50)).rejects.toMatchObject({ kind: 'conflict' });
});

test('reads no line without an end', async () => {
  const socket = await agentThat(() => 'x'.repeat(100 * 1024));
  await expect(setGuestPassword(socket, 'root', 'x')).rejects.toMatchObject({
    kind: 'conflict',
    message: 'The guest agent sends no whole answer.',
  });
});

test('says so when the agent ends the connection', async () => {
  const socket = await agentThat(() => {
    socket.end();
    return undefined;
  });
  await expect(setGuestPassword(socket, 'root', 'x')).rejects.toMatchObject({ kind: 'conflict' });
});
