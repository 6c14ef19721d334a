import type { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { hasCertificate } from '../tls/caller-role.ts';
import { leaveUnread } from './leave-unread.ts';
import type { WireError } from './wire.ts';

/** How many peers without a certificate may be connected at once. */
const MAX_CONNECTIONS = 64;
/** How long each of them may stay, ms. */
const MAX_LIFE_MS = 30_000;

const REFUSED: WireError = {
  error: { kind: 'forbidden', message: 'A certificate of this region is needed here.', details: {} },
};

/**
 * Refuses peers without a certificate at all routes but these, before anything else is looked at; to be called before routes are added. They are
 * few at a time and for a short time, because anybody can be one.
 */
export function admitWithoutCertificate(app: FastifyInstance, routes: readonly string[]): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (hasCertificate(request.raw.socket) || routes.includes(request.routeOptions.url ?? '')) return next();
    void leaveUnread(request, reply).code(403).send(REFUSED);
  });
  let connected = 0;
  app.server.on('secureConnection', (socket: TLSSocket) => {
    if (hasCertificate(socket)) return;
    connected += 1;
    const end = setTimeout(() => socket.destroy(), MAX_LIFE_MS).unref();
    socket.once('close', () => {
      connected -= 1;
      clearTimeout(end);
    });
    if (connected > MAX_CONNECTIONS) socket.destroy();
  });
}
