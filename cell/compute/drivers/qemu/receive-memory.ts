import { chown, type FileHandle, open, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { untilAborted } from '../../until-aborted.ts';

interface ReceiveOptions {
  /** Of the socket that the machine connects to; it is gone afterwards. */
  readonly socketPath: string;
  /** Who may connect, besides root. */
  readonly uid: number;
  /** The file, made anew. */
  readonly into: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Receives what a machine sends and writes it to a file that only the agent can open: QEMU may start no program for it and may make no
 * file. `send` makes the machine connect, once, and resolves when the machine says that it sent all. The file is durable when this resolves.
 * @throws VolvoxError unavailable when the machine did not connect or sends too much; what `send` throws; the signal's reason.
 */
export async function receiveMemory(options: ReceiveOptions, send: () => Promise<void>): Promise<void> {
  const { socketPath, uid, into, maxBytes, signal } = options;
  const file = await open(into, 'w', 0o600);
  try {
    const listener = await listen(socketPath, uid);
    try {
      const received = listener.connection.then((socket) => writeAll(socket, file, maxBytes));
      // When `send` fails, nobody asks what became of it.
      received.catch(() => undefined);
      await send();
      if (!listener.hasConnected()) throw new VolvoxError('unavailable', 'The guest sent no memory.');
      await untilAborted(received, signal);
      await file.sync();
    } finally {
      await listener.close();
    }
  } finally {
    await file.close();
  }
}

async function writeAll(socket: Socket, file: FileHandle, maxBytes: number): Promise<void> {
  let bytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new VolvoxError('unavailable', `The guest sends more memory than ${maxBytes} bytes.`);
    await file.writeFile(chunk);
  }
}

async function listen(path: string, uid: number) {
  await rm(path, { force: true });
  const server = createServer();
  let socket: Socket | undefined;
  const connection = new Promise<Socket>((resolve) => {
    server.once('connection', (connected) => {
      socket = connected;
      resolve(connected);
    });
  });
  // Through the folder's descriptor, because the path of a socket may have 107 characters only.
  const folder = await open(dirname(path), 'r');
  const close = async (): Promise<void> => {
    socket?.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(path, { force: true });
    await folder.close();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`/proc/self/fd/${folder.fd}/${basename(path)}`, resolve);
    });
    if (uid !== process.getuid?.()) await chown(path, uid, uid);
    return { connection, hasConnected: () => socket !== undefined, close };
  } catch (error) {
    await close();
    throw error;
  }
}
