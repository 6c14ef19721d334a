import { chown, type FileHandle, open, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/**
 * Receives what a machine sends and writes it to a file that only the agent can open: QEMU may start no program for it and may make no
 * file. One machine connects once.
 */
export class MemoryReceiver {
  readonly #path: string;
  readonly #folder: FileHandle;
  readonly #server: Server;
  readonly #file: FileHandle;
  readonly #received: Promise<void>;

  private constructor(options: {
    path: string;
    folder: FileHandle;
    server: Server;
    file: FileHandle;
    received: Promise<void>;
  }) {
    this.#path = options.path;
    this.#folder = options.folder;
    this.#server = options.server;
    this.#file = options.file;
    this.#received = options.received;
    // Whoever waits for it is told; nobody waits when the machine could not be asked.
    this.#received.catch(() => undefined);
  }

  /** `path`: of the socket, which the process `pid` may connect to. `into`: the file, made anew. */
  static async open(path: string, into: string, pid: number): Promise<MemoryReceiver> {
    await rm(path, { force: true });
    const file = await open(into, 'w', 0o600);
    // Through the folder's descriptor, because the path of a socket may have 107 characters only.
    const folder = await open(dirname(path), 'r');
    const server = createServer();
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`/proc/self/fd/${folder.fd}/${basename(path)}`, resolve);
    });
    const { uid } = await stat(`/proc/${pid}`);
    if (uid !== process.getuid?.()) await chown(path, uid, uid);
    const received = connected.then(async (socket) => {
      for await (const chunk of socket as AsyncIterable<Buffer>) await file.writeFile(chunk);
    });
    return new MemoryReceiver({ path, folder, server, file, received });
  }

  /** Resolves when all of it is here and durable. The machine has said that it sent all. */
  async finish(): Promise<void> {
    await this.#received;
    await this.#file.sync();
  }

  async close(): Promise<void> {
    this.#server.close();
    await rm(this.#path, { force: true });
    await this.#file.close();
    await this.#folder.close();
  }
}
