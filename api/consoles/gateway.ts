import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { DOOR_CONSOLE } from '#platform/contracts/console-streams.ts';
import { cellOf } from '#platform/directory/cell-doors.ts';
import type { ConsoleToken } from '#platform/directory/stores/console-tokens.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import type { ApiDeps } from '../deps.ts';
import { isStillGood, openedBy } from './check-token.ts';
import { ConsoleSlots } from './console-slots.ts';
import type { ConsoleMetrics } from './metrics.ts';
import { CONSOLE_PATHS } from './paths.ts';
import { ConsoleSession, closeWith, FAILED } from './session.ts';

/** Of one message of a client; keys and mouse take some bytes, a pasted text some kilobytes. */
const MESSAGE_MAX = 256 * 1024;
/** Requests whose tokens are being looked up at once. */
const CHECKS_MAX = 32;
const OPEN_MS = 15_000;
/** As Nova's proxies have it; clients that ask for none get none. */
const SUBPROTOCOL = 'binary';

const TYPES: Readonly<Record<string, ConsoleType>> = {
  [CONSOLE_PATHS.screenSocket]: 'vnc',
  [CONSOLE_PATHS.serial]: 'serial',
};

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock' | 'config' | 'consoles' | 'log'>;

/** Why no console is opened, as an HTTP status. */
interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Whether a request asks for a console; any other request with an `Upgrade` header is served as if it had none. */
export const isForConsole = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean => Object.hasOwn(TYPES, pathOf(url));

/**
 * The WebSockets of consoles. A client shows a token; its bytes go to the guest through the door of the guest's cell, and nothing of them is
 * kept.
 */
export class ConsoleGateway {
  readonly #deps: Deps;
  readonly #metrics: ConsoleMetrics;
  readonly #server = new WebSocketServer({
    ...{ noServer: true, maxPayload: MESSAGE_MAX, perMessageDeflate: false, clientTracking: false },
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  readonly #sessions = new Set<ConsoleSession>();
  readonly #slots: ConsoleSlots;
  readonly #origins: ReadonlySet<string>;
  #checks = 0;

  constructor(deps: Deps, metrics: ConsoleMetrics) {
    this.#deps = deps;
    this.#metrics = metrics;
    this.#slots = new ConsoleSlots(deps.consoles);
    const { publicUrl, allowedOrigins } = deps.consoles;
    this.#origins = new Set([publicUrl || deps.config.publicUrl, ...allowedOrigins].map((url) => new URL(url).origin));
  }

  /** Before the application listens. Open consoles end when it closes. */
  serve(app: FastifyInstance): void {
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      this.#open(request, socket, head).catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'a console cannot be opened');
        socket.destroy();
      });
    });
    app.addHook('preClose', async () => {
      await Promise.all([...this.#sessions].map((session) => session.goAway()));
    });
  }

  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const checked = await this.#check(request);
    if ('status' in checked) {
      this.#metrics.refused(checked.reason);
      const answer = `HTTP/1.1 ${checked.status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
      // A client that does not close its side would keep the socket for ever.
      socket.end(answer, () => socket.destroy());
      return;
    }
    const leave = () => this.#slots.release(checked.projectId);
    let isJoined = false;
    try {
      const guest = await this.#connect(checked);
      // Its bytes wait until the client is there.
      this.#server.handleUpgrade(request, socket, head, (client) => {
        isJoined = true;
        void this.#run(checked, client, guest).finally(leave);
      });
      // A handshake that is wrong is answered and never called back; a right one has been called back by now.
      if (!isJoined) guest?.destroy();
    } finally {
      if (!isJoined) leave();
    }
  }

  /** A token that is returned has a slot. */
  async #check({ url = '', headers }: IncomingMessage): Promise<ConsoleToken | Refusal> {
    const path = pathOf(url);
    const type = Object.hasOwn(TYPES, path) ? TYPES[path] : undefined;
    if (type === undefined) return { status: 404, reason: 'path' };
    if (headers.origin !== undefined && !this.#origins.has(headers.origin)) return { status: 403, reason: 'origin' };
    if (this.#checks >= CHECKS_MAX) return { status: 503, reason: 'checks' };
    this.#checks += 1;
    const { directory, clock } = this.#deps;
    try {
      const given = new URLSearchParams(url.slice(path.length)).get('token') ?? '';
      const token = await openedBy(directory, given, clock.now());
      if (token === null || token.type !== type) return { status: 401, reason: 'token' };
      const full = this.#slots.claim(token.projectId);
      if (full !== null) return { status: full === 'project' ? 429 : 503, reason: full };
      return token;
    } finally {
      this.#checks -= 1;
    }
  }

  /** null: the guest cannot be reached; the reason is in the log. */
  async #connect({ cellId, instanceUuid: uuid, epoch, guestId, type }: ConsoleToken): Promise<Duplex | null> {
    const { cells, log } = this.#deps;
    try {
      const { door } = await cellOf(cells, cellId);
      const guest = await door.openStream(DOOR_CONSOLE, { uuid, epoch, guestId, type }, { deadlineMs: OPEN_MS });
      guest.on('error', () => undefined);
      return guest;
    } catch (error) {
      log.info({ instance: uuid, type, reason: messageOf(error) }, 'a console cannot be opened');
      return null;
    }
  }

  async #run(token: ConsoleToken, client: WebSocket, guest: Duplex | null): Promise<void> {
    client.on('error', () => undefined);
    if (guest === null) {
      this.#metrics.refused('guest');
      return closeWith(client, FAILED, 'The console cannot be opened now. Does the server run?');
    }
    const { directory, clock, consoles: config } = this.#deps;
    const session = new ConsoleSession({
      ...{ client, config, metrics: this.#metrics, now: () => clock.now() },
      isStillGood: () => isStillGood(directory, token),
    });
    this.#sessions.add(session);
    this.#metrics.opened(token.type);
    await session.run(guest);
    this.#sessions.delete(session);
    this.#metrics.closed(token.type);
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
