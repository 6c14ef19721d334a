import { type FileHandle, open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { acceptMachine } from './accept-machine.ts';

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
    let received: Promise<void> | undefined;
    const listener = await acceptMachine(socketPath, uid, (socket) => {
      received ??= writeAll(socket, file, maxBytes);
      // When `send` fails, nobody asks what became of it.
      received.catch(() => undefined);
    });
    try {
      await send();
      if (received === undefined) throw new VolvoxError('unavailable', 'The guest sent no memory.');
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
