import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Dispatcher } from 'undici';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { OutgoingSide } from '#platform/objects/guest-parts.ts';
import { checkDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { onUpgrade } from '#platform/rpc/on-upgrade.ts';
import type { Verify } from '#platform/rpc/signing.ts';
import { STATUS_OF_KIND } from '#platform/rpc/wire.ts';
import { checkCallerRole } from '#platform/tls/caller-role.ts';
import { upgrade } from '#platform/tls/undici.ts';
import type { Driver } from './drivers/driver.ts';
import { MIGRATION_CHANNELS, type MigrationChannel } from './drivers/migration-channel.ts';

/*
 * The channels of a live migration between two agents of a cell: a request to the agent that receives, which becomes a stream of bytes
 * (RFC 9110 §7.8). Whoever asks shows the ticket of the incoming guest, at the generation that waits, and with TLS the certificate of a
 * compute agent of the cell. So no port is opened, and the bytes are as private as everything between agents.
 */

const PROTOCOL = 'volvox-migration';
const PATH = /^\/v1\/incoming\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\w+)$/;
const SENDERS = { callers: ['compute'], sameCell: true } as const;

/** Serves the receiving end. */
export function serveIncoming(app: FastifyInstance, driver: Driver, verify: Verify, log: Logger): void {
  onUpgrade(app, PROTOCOL, (request, socket, head) => {
    admit(request, driver, verify).then(
      (machine) => {
        socket.setTimeout(0);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${PROTOCOL}\r\n\r\n`);
        if (head.length > 0) machine.write(head);
        const over = (): void => {
          machine.destroy();
          socket.destroy();
        };
        pipeline(socket, machine, over);
        pipeline(machine, socket, over);
      },
      (error: unknown) => {
        const status = isVolvoxError(error) ? STATUS_OF_KIND[error.kind] : 500;
        log.warn({ path: request.url, reason: messageOf(error) }, 'a live migration is refused');
        socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      },
    );
  });
}

/** @throws VolvoxError forbidden, unauthenticated, not-found, conflict. */
async function admit(request: IncomingMessage, driver: Driver, verify: Verify): Promise<Duplex> {
  checkCallerRole(request.socket, () => SENDERS, 'The live migration of guests');
  const [, guestId = '', name = ''] = PATH.exec(request.url ?? '') ?? [];
  const channel = MIGRATION_CHANNELS.find((one) => one === name);
  if (channel === undefined || request.headers.upgrade !== PROTOCOL)
    throw new VolvoxError('not-found', 'There is no such channel.');
  const ticket = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const generation = checkDiskTicket(verify, ticket, guestId, Date.now());
  const fact = generation === null ? null : await driver.find(guestId);
  const { migration } = fact?.desired.parts ?? {};
  if (fact === null || fact.desired.generation !== generation || migration?.role !== 'incoming')
    throw new VolvoxError('unauthenticated', 'The ticket for this live migration is missing, wrong or void.');
  if (fact.incoming !== migration.id) throw new VolvoxError('conflict', `No machine waits for guest ${guestId}.`);
  return await driver.connectIncoming(guestId, channel);
}

/** The sending end. @throws VolvoxError unavailable. */
export const connectToIncoming =
  (dispatcher: Dispatcher) =>
  async (to: OutgoingSide['to'], channel: MigrationChannel): Promise<Duplex> => {
    try {
      const { socket } = await upgrade(new URL(`/v1/incoming/${to.guestId}/${channel}`, to.url), {
        dispatcher,
        protocol: PROTOCOL,
        headers: { authorization: `Bearer ${to.ticket}` },
      });
      return socket;
    } catch (cause) {
      throw new VolvoxError('unavailable', `The other host does not take the guest: ${messageOf(cause)}`, { cause });
    }
  };
