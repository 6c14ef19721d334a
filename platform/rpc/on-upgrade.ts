import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

type TakeOver = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** What each server changes to, by the name of the protocol. */
const PROTOCOLS = new WeakMap<Server, Map<string, TakeOver>>();

/**
 * Hands the connections of requests that ask for a protocol to `takeOver`. A server may speak several; a request for any other one is answered
 * with 404. Errors of a connection are of no interest before somebody reads it.
 */
export function onUpgrade({ server }: Pick<FastifyInstance, 'server'>, protocol: string, takeOver: TakeOver): void {
  const known = PROTOCOLS.get(server);
  if (known !== undefined) {
    known.set(protocol, takeOver);
    return;
  }
  const protocols = new Map([[protocol, takeOver]]);
  PROTOCOLS.set(server, protocols);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const chosen = protocols.get(request.headers.upgrade ?? '');
    if (chosen !== undefined) return chosen(request, socket, head);
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
}
