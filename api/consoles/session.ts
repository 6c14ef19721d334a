import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWebSocketStream, type WebSocket } from 'ws';
import type { ConsolesConfig } from './config.ts';
import type { ConsoleMetrics } from './metrics.ts';

/** How often an open console is looked at, ms: whether its client lives, and whether it may stay open. */
const LOOK_MS = 15_000;
/** Until a client that was told to close has closed, ms. */
const CLOSE_MS = 2_000;

/** Codes with which consoles are closed besides those of RFC 6455; the reason says it in words. */
const CLOSED = { goingAway: 1001, failed: 1011, idle: 4000, over: 4001, notAllowed: 4003 } as const;

interface SessionOptions {
  readonly client: WebSocket;
  readonly config: Pick<ConsolesConfig, 'idleSeconds' | 'maxSeconds'>;
  readonly metrics: ConsoleMetrics;
  /** Whether it may stay open. */
  readonly isStillGood: () => Promise<boolean>;
  readonly now: () => number;
  /** How often it is looked at, ms; absent: LOOK_MS. */
  readonly lookMs?: number;
}

/** One open console: a client's WebSocket joined to a guest's stream. It buffers some 100 KiB in each direction; more waits at the sender. */
export class ConsoleSession {
  readonly #options: SessionOptions;
  #lastHeard: number;
  #answers = true;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#lastHeard = options.now();
  }

  /** Joins both ends. Resolves when the console is closed. */
  async run(guest: Duplex): Promise<void> {
    const { client, metrics, now, config } = this.#options;
    const openedAt = now();
    client.on('pong', () => {
      this.#answers = true;
    });
    client.on('message', (data: Buffer) => {
      this.#lastHeard = now();
      metrics.bytes('to-guest', data.length);
    });
    guest.on('data', (data: Buffer) => metrics.bytes('from-guest', data.length));
    const look = setInterval(() => {
      if (config.maxSeconds > 0 && now() - openedAt > config.maxSeconds * 1_000) {
        return this.#close(CLOSED.over, 'This console was open for as long as consoles may be. Open it anew.');
      }
      if (config.idleSeconds > 0 && now() - this.#lastHeard > config.idleSeconds * 1_000) {
        return this.#close(CLOSED.idle, 'Nothing was typed for a long time, so the console was closed.');
      }
      if (!this.#answers) return client.terminate();
      this.#answers = false;
      client.ping();
      this.#options.isStillGood().then(
        (isGood) => {
          if (!isGood) this.#close(CLOSED.notAllowed, 'The server has gone, or this console is not allowed any more.');
        },
        // While the directory does not answer, what is open stays open.
        () => undefined,
      );
    }, this.#options.lookMs ?? LOOK_MS);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    const browser = createWebSocketStream(client);
    pipeline(browser, guest).catch(() => guest.destroy());
    const ended = () => this.#close(CLOSED.failed, 'The guest ended the connection.');
    pipeline(guest, browser, { end: false }).then(ended, ended);
    await closed;
    clearInterval(look);
    guest.destroy();
  }

  /** When the process stops. */
  async goAway(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#options.client.once('close', () => resolve()));
    this.#close(CLOSED.goingAway, 'This process stops; open the console again.');
    await closed;
  }

  #close(code: number, reason: string): void {
    closeWith(this.#options.client, code, reason);
  }
}

/** Closes it with words that the page shows. */
export function closeWith(client: WebSocket, code: number, reason: string): void {
  client.close(code, reason);
  setTimeout(() => client.terminate(), CLOSE_MS).unref();
}

export const FAILED = CLOSED.failed;
