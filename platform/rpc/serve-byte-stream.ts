import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type ByteStream, STREAM_PROTOCOL } from '../contracts/byte-stream.ts';
import { type ErrorKind, isVolvoxError, messageOf, VolvoxError } from '../errors/volvox-error.ts';
import { checkCallerRole } from '../tls/caller-role.ts';
import { peersOf } from '../tls/roles.ts';
import type { AuthenticateHead } from './authenticate.ts';
import { onUpgrade } from './on-upgrade.ts';
import { STATUS_OF_KIND } from './wire.ts';

interface ServedStream<S extends TSchema> {
  readonly stream: ByteStream<S>;
  readonly authenticate: AuthenticateHead;
  /** How many may be open at once in this process. */
  readonly max: number;
  /** The other end of the stream. @throws VolvoxError when it cannot be opened. */
  readonly open: (params: Static<S>) => Promise<Duplex>;
}

/**
 * Serves a stream of bytes: an HTTP request that upgrades its connection. It is authenticated as a call of its contract is. Bytes pass in
 * both directions as fast as the slower end takes them; when one end ends, the other does. All streams end when the server closes.
 */
export function serveByteStream<S extends TSchema>(app: FastifyInstance, served: ServedStream<S>): void {
  const { stream, max } = served;
  const check = Compile(stream.params);
  const open = new Set<Duplex>();

  const accept = async (request: IncomingMessage, socket: Socket): Promise<Duplex> => {
    if (pathOf(request) !== stream.path)
      throw new VolvoxError('not-found', `There is no stream at ${pathOf(request)}.`);
    checkCallerRole(socket, () => peersOf(stream.contract), `The stream ${stream.name}`);
    await served.authenticate({ headers: request.headers });
    if (open.size >= max) throw new VolvoxError('throttled', `${max} streams are open here already.`);
    const params = paramsOf(request.url ?? '');
    if (!check.Check(params))
      throw new VolvoxError('invalid', `The parameters of the stream ${stream.name} are wrong.`);
    return await served.open(params);
  };

  onUpgrade(app, STREAM_PROTOCOL, (request, socket, head) => {
    socket.setTimeout(0);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    accept(request, socket).then(
      (other) => {
        if (socket.destroyed) return other.destroy();
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${STREAM_PROTOCOL}\r\n\r\n`);
        if (head.length > 0) socket.unshift(head);
        join(socket, other);
      },
      (error: unknown) => {
        const kind: ErrorKind = isVolvoxError(error) ? error.kind : 'internal';
        if (kind === 'internal') app.log.error({ err: error, stream: stream.name }, 'a stream cannot be opened');
        else app.log.info({ reason: messageOf(error), stream: stream.name }, 'a stream was refused');
        socket.end(`HTTP/1.1 ${STATUS_OF_KIND[kind]} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      },
    );
  });
  app.addHook('preClose', async () => {
    for (const socket of open) socket.destroy();
  });
}

/** Joins two streams until one of them ends. Errors end both; whoever made a stream may listen for them. */
function join(one: Duplex, other: Duplex): void {
  const end = () => {
    one.destroy();
    other.destroy();
  };
  pipeline(one, other, end);
  pipeline(other, one, end);
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

function paramsOf(url: string): Record<string, unknown> {
  const at = url.indexOf('?');
  const entries = at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))];
  return Object.fromEntries(entries.map(([name, value]) => [name, /^\d{1,15}$/.test(value) ? Number(value) : value]));
}
