import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { neverSlow } from '../../../../../../cell/compute/drivers/qemu/never-slow.ts';

let server: Server;
afterEach(() => server.close());

async function pair(): Promise<{ guest: Socket; agent: Socket }> {
  const connected = new Promise<Socket>((resolve) => {
    server = createServer(resolve);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const agent = connect(address.port, '127.0.0.1');
  return { agent, guest: await connected };
}

test('a reader that does not read never stops its guest, and loses its connection', async () => {
  const { agent, guest } = await pair();
  const failed: Error[] = [];
  const console = neverSlow(agent);
  console.on('error', (error) => failed.push(error));
  guest.on('error', () => undefined);
  // More than all buffers on the way take.
  guest.write(Buffer.alloc(8 * 1024 * 1024, 'x'));
  await vi.waitFor(() =>
    expect(failed.map(({ message }) => message)).toEqual(['The reader of this serial console is too slow.']),
  );
  await vi.waitFor(() => expect(agent.destroyed).toBe(true));
});

test('carries both ways, and ends with the guest', async () => {
  const { agent, guest } = await pair();
  const console = neverSlow(agent);
  guest.write('hello');
  let text = '';
  console.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  guest.once('data', (bytes) => guest.end(`you said ${bytes.toString()}`));
  console.write('hi');
  await vi.waitFor(() => expect(text).toBe('helloyou said hi'));
  await vi.waitFor(() => expect(console.destroyed).toBe(true));
});
