import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { STATUS_OF_KIND } from '#platform/rpc/wire.ts';
import type { DiskStream, Driver } from './drivers/driver.ts';
import { keyMatches } from './key-matches.ts';

/** On the answers of these routes: lower-case hex, of the whole body. */
export const SHA256_HEADER = 'x-volvox-sha256';
export const diskPath = (guestId: string): string => `/guest-data/${guestId}/disk`;
export const baseImagePath = (sha256: string): string => `/base-images/${sha256}`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What other compute agents of the cell fetch from this one, straight from host to host: the root disk of a guest that does not
 * run (an overlay), and the base image under it. Bytes, not JSON, so not a contract; authenticated by the agents' key.
 */
export function serveGuestData(app: FastifyInstance, driver: Driver, key: { reveal(): string }): void {
  const serve = (path: string, pattern: RegExp, open: ((id: string) => Promise<DiskStream>) | undefined): void => {
    app.get<{ Params: { id: string } }>(path, async (request, reply) => {
      try {
        authenticate(request, key);
        const { id } = request.params;
        if (open === undefined || !pattern.test(id)) throw new VolvoxError('not-found', 'There is no such thing here.');
        const { stream, sizeBytes, sha256 } = await open(id);
        return await reply
          .type('application/octet-stream')
          .header('content-length', sizeBytes)
          .header(SHA256_HEADER, sha256)
          .send(stream);
      } catch (error) {
        return sendError(request, reply, error);
      }
    });
  };
  serve('/guest-data/:id/disk', UUID, driver.openDisk?.bind(driver));
  serve('/base-images/:id', SHA256, driver.openBaseImage?.bind(driver));
}

function authenticate(request: FastifyRequest, key: { reveal(): string }): void {
  const given = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  if (!keyMatches(given, key)) throw new VolvoxError('unauthenticated', 'The key of this call is missing or wrong.');
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = isVolvoxError(error) ? error : new VolvoxError('internal', 'Something went wrong.', { cause: error });
  if (known.kind === 'internal') request.log.error({ err: error, url: request.url }, 'guest data');
  return reply
    .code(STATUS_OF_KIND[known.kind])
    .send({ error: { kind: known.kind, message: known.message, details: {} } });
}
