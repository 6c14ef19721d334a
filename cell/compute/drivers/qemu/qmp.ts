import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** One line of QEMU's machine protocol. */
interface QmpLine {
  readonly QMP?: unknown;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
}

interface QmpOptions {
  readonly onEvent: (event: string) => void;
  readonly onClose: () => void;
}

const CONNECT_DEADLINE_MS = 3_000;
const COMMAND_DEADLINE_MS = 5_000;

/** A connection to the monitor of one QEMU process. QEMU serves one at a time. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws VolvoxError unavailable when nobody listens or the connection ends at once, deadline-exceeded when nobody answers. */
  static async connect(path: string, options: QmpOptions): Promise<Qmp> {
    const socket = await connectSocket(path);
    // It may have ended while the connection was waited for; nobody would hear of that again.
    if (socket.destroyed) throw new VolvoxError('unavailable', 'The monitor of the guest has gone.');
    const qmp = new Qmp(socket);
    const greeted = new Promise<void>((resolve, reject) => {
      onLine(socket, (text) => {
        const line = parseLine(text);
        if (line === null) socket.destroy();
        else if (line.QMP !== undefined) resolve();
        else qmp.#take(line, options);
      });
      socket.once('close', () => reject(new VolvoxError('unavailable', 'The monitor of the guest has gone.')));
    });
    socket.once('close', () => {
      qmp.#fail('The monitor of the guest has gone.');
      options.onClose();
    });
    await withDeadline(greeted, CONNECT_DEADLINE_MS, 'The monitor of the guest does not answer.', () =>
      socket.destroy(),
    );
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * @returns what QEMU returned.
   * @throws VolvoxError conflict with QEMU's words when it refuses; unavailable or deadline-exceeded when it is not there.
   */
  async execute<T = unknown>(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
    if (this.#closed) throw new VolvoxError('unavailable', 'The monitor of the guest has gone.');
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const message = `The guest's process does not answer ${command}.`;
    return (await withDeadline(answer, COMMAND_DEADLINE_MS, message, () => this.#waiting.delete(id))) as T;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(line: QmpLine, { onEvent }: QmpOptions): void {
    if (line.event !== undefined) onEvent(line.event);
    const waiting = line.id === undefined ? undefined : this.#waiting.get(line.id);
    if (waiting === undefined || line.id === undefined) return;
    this.#waiting.delete(line.id);
    if (line.error === undefined) waiting.resolve(line.return);
    else waiting.reject(new VolvoxError('conflict', line.error.desc));
  }

  #fail(message: string): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new VolvoxError('unavailable', message));
    this.#waiting.clear();
  }
}

function onLine(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}

/** null: not the protocol. A guest may have taken its process over, and must not take the agent with it. */
function parseLine(text: string): QmpLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' ? line : null;
  } catch {
    return null;
  }
}

/** Through the folder's descriptor, because the path of a socket may have 107 characters only. */
async function connectSocket(path: string): Promise<Socket> {
  const folder = await open(dirname(path), 'r');
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(`/proc/self/fd/${folder.fd}/${basename(path)}`);
      socket.once('connect', () => {
        // Errors end in 'close', which is handled.
        socket.on('error', () => undefined);
        resolve(socket);
      });
      socket.once('error', (cause) => {
        reject(new VolvoxError('unavailable', 'The monitor of the guest cannot be reached.', { cause }));
      });
    });
  } finally {
    await folder.close();
  }
}

async function withDeadline<T>(promise: Promise<T>, ms: number, message: string, onLate: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new VolvoxError('deadline-exceeded', message));
    }, ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
