import type { Socket } from 'node:net';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { connectSocket } from './guest-socket.ts';

/** One line of QEMU's machine protocol. Nothing in it is believed: a guest may have taken its process over. */
interface QmpLine {
  readonly QMP?: unknown;
  readonly id?: unknown;
  readonly return?: unknown;
  readonly error?: unknown;
  readonly event?: unknown;
}

interface QmpOptions {
  /** Of the user who made the socket. */
  readonly uid: number;
  readonly onEvent: (event: string) => void;
  readonly onClose: () => void;
}

const CONNECT_DEADLINE_MS = 3_000;
const COMMAND_DEADLINE_MS = 5_000;
/** Far more than any answer that the agent asks for. */
const LINE_MAX = 256 * 1024;
/** What a process may say in a second, characters; what is more waits in its own memory. */
const SECOND_MAX = LINE_MAX;
const SECOND_MS = 1_000;
const WORDS_MAX = 1_000;

/** A connection to the monitor of one QEMU process. QEMU serves one at a time. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * @throws VolvoxError unavailable when nobody listens or the connection ends at once, deadline-exceeded when nobody answers, forbidden
   * when the path is not a socket of that user.
   */
  static async connect(path: string, options: QmpOptions): Promise<Qmp> {
    const socket = await connectSocket(path, options.uid, 'The monitor of the guest');
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
   * @returns what QEMU returned, unchecked.
   * @throws VolvoxError conflict with QEMU's words when it refuses; unavailable or deadline-exceeded when it is not there.
   */
  async execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#closed) throw new VolvoxError('unavailable', 'The monitor of the guest has gone.');
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const message = `The guest's process does not answer ${command}.`;
    return await withDeadline(answer, COMMAND_DEADLINE_MS, message, () => this.#waiting.delete(id));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(line: QmpLine, { onEvent }: QmpOptions): void {
    if (typeof line.event === 'string') onEvent(line.event);
    if (typeof line.id !== 'number') return;
    const waiting = this.#waiting.get(line.id);
    if (waiting === undefined) return;
    this.#waiting.delete(line.id);
    if (line.error === undefined) waiting.resolve(line.return);
    else waiting.reject(new VolvoxError('conflict', wordsOf(line.error)));
  }

  #fail(message: string): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new VolvoxError('unavailable', message));
    this.#waiting.clear();
  }
}

/** Ends the connection at a line without an end, and slows down a process that says too much. */
function onLine(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  let said = 0;
  let since = performance.now();
  let pause: NodeJS.Timeout | undefined;
  socket.once('close', () => clearTimeout(pause));
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (rest.length > LINE_MAX) socket.destroy();
    const now = performance.now();
    if (now - since >= SECOND_MS) [said, since] = [0, now];
    said += text.length;
    if (said <= SECOND_MAX) return;
    socket.pause();
    pause = setTimeout(() => socket.resume(), SECOND_MS - (now - since));
  });
}

/** null: not the protocol. */
function parseLine(text: string): QmpLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' ? line : null;
  } catch {
    return null;
  }
}

/** Why QEMU refused. */
function wordsOf(error: unknown): string {
  const words = typeof error === 'object' && error !== null && 'desc' in error ? error.desc : undefined;
  return typeof words === 'string' ? words.slice(0, WORDS_MAX) : "The guest's process refuses, and gives no reason.";
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
