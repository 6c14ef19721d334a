import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { checkDiskTicket } from '#platform/rpc/disk-ticket.ts';
import type { Verify } from '#platform/rpc/signing.ts';
import { STATUS_OF_KIND } from '#platform/rpc/wire.ts';
import { checkCallerRole } from '#platform/tls/caller-role.ts';
import { BufferPool } from './disk-transfer/buffer-pool.ts';
import { BASE_NAME, type DiskManifest } from './disk-transfer/disk-manifest.ts';
import { RequestsInProgress } from './disk-transfer/requests-in-progress.ts';
import { BLOCK_ROUTE, DISKS_ROUTE, MACHINE_ROUTE, SHA256_HEADER } from './disk-transfer/routes.ts';
import type { Driver, GuestFact } from './drivers/driver.ts';

interface BlockRequest {
  readonly Params: { guestId: string; name: string; index: string };
  readonly Querystring: { version?: string };
}

/** A server may move to another cell. */
const DISK_READERS = { callers: ['compute'], sameCell: false } as const;
/** A live migration stays in its cell. */
const MACHINE_READERS = { callers: ['compute'], sameCell: true } as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INDEX = /^\d{1,9}$/;
const ZEROS = Buffer.alloc(64 * 1024);

/**
 * What other compute agents, also of other cells, fetch from this one, straight from host to host: the disks of a guest that is to be
 * stopped and is, and the base image under them; inside the cell, how the machine of a guest is that is migrated live. Bytes, not JSON, so not a contract. Whoever asks shows the ticket of that guest and,
 * with TLS, the certificate of a compute agent.
 */
export function serveGuestData(app: FastifyInstance, driver: Driver, verify: Verify): void {
  const buffers = new BufferPool();
  const requests = new RequestsInProgress();
  /** Until the work is done and the answer has been read, or nobody waits for it any more. */
  const bounded = async (guestId: string, reply: FastifyReply, work: () => Promise<FastifyReply>) => {
    const end = requests.begin(guestId);
    try {
      return await work();
    } finally {
      whenSent(reply, end);
    }
  };
  app.get<{ Params: { guestId: string } }>(DISKS_ROUTE, async (request, reply) =>
    answer(request, reply, async () => {
      const { guestId, generation } = admit(request, request.params.guestId, verify);
      return await bounded(guestId, reply, async () => {
        await checkDown(driver, guestId, generation);
        const [disks, base] = await Promise.all([driver.disks.disks(guestId), driver.disks.base(guestId)]);
        return reply.send({ disks: [...disks], base } satisfies DiskManifest);
      });
    }),
  );
  app.get<{ Params: { guestId: string } }>(MACHINE_ROUTE, async (request, reply) =>
    answer(request, reply, async () => {
      const { guestId, generation } = admit(request, request.params.guestId, verify, MACHINE_READERS);
      return await bounded(guestId, reply, async () => {
        checkGeneration(await driver.find(guestId), guestId, generation);
        return reply.send(await driver.outgoingMachine(guestId));
      });
    }),
  );
  app.get<BlockRequest>(BLOCK_ROUTE, async (request, reply) =>
    answer(request, reply, async () => {
      const { name, index } = request.params;
      const { guestId, generation } = admit(request, request.params.guestId, verify);
      if (!INDEX.test(index)) throw new VolvoxError('not-found', 'The disk has no such block.');
      return await bounded(guestId, reply, async () => {
        if (name !== BASE_NAME) await checkDown(driver, guestId, generation);
        const disk = { name, version: request.query.version ?? '', index: Number(index) };
        const buffer: { bytes?: Buffer } = {};
        const bytes = await driver.disks
          .readBlock(guestId, disk, (length) => {
            buffer.bytes = buffers.take(length);
            return buffer.bytes;
          })
          .finally(() => giveWhenSent(reply, buffers, buffer.bytes));
        if (isZeros(bytes)) return reply.code(204).send();
        return reply
          .type('application/octet-stream')
          .header(SHA256_HEADER, hash('sha256', bytes, 'hex'))
          .send(bytes);
      });
    }),
  );
}

/** @returns the guest, and the generation of it that the ticket is for. @throws VolvoxError unauthenticated, forbidden. */
function admit(
  request: FastifyRequest,
  guestId: string,
  verify: Verify,
  readers: ReturnType<Parameters<typeof checkCallerRole>[1]> = DISK_READERS,
): { readonly guestId: string; readonly generation: number } {
  checkCallerRole(request.raw.socket, () => readers, 'The disks of guests');
  const ticket = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const generation = UUID.test(guestId) ? checkDiskTicket(verify, ticket, guestId, Date.now()) : null;
  if (generation !== null) return { guestId, generation };
  throw new VolvoxError('unauthenticated', 'The ticket for these disks is missing, wrong or too old.');
}

/**
 * Down as it was when the ticket was issued, and nothing is going to start it: one that crashed, or that only its host shut down, comes
 * back by itself.
 */
async function checkDown(driver: Driver, guestId: string, generation: number): Promise<void> {
  const fact = await driver.find(guestId);
  if (fact?.hasDisk !== true) throw new VolvoxError('not-found', `No disk of guest ${guestId} is here.`);
  if (fact.power !== 'shutdown' || fact.leftover || fact.desired.power !== 'stopped') {
    throw new VolvoxError('conflict', `Guest ${guestId} is not stopped; its disks can be copied when it is.`);
  }
  checkGeneration(fact, guestId, generation);
}

function checkGeneration(fact: GuestFact | null, guestId: string, generation: number): void {
  if (fact?.desired.generation === generation) return;
  throw new VolvoxError('unauthenticated', `The ticket is void: guest ${guestId} was told something else since.`);
}

/** Not before the reading has ended, also when nobody waits for the answer any more: another block would be read over it. */
function giveWhenSent(reply: FastifyReply, buffers: BufferPool, buffer: Buffer | undefined): void {
  if (buffer !== undefined) whenSent(reply, () => buffers.give(buffer));
}

function whenSent({ raw }: FastifyReply, then: () => void): void {
  if (raw.destroyed) then();
  else raw.once('close', then);
}

function isZeros(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (!part.equals(part.length === ZEROS.length ? ZEROS : ZEROS.subarray(0, part.length))) return false;
  }
  return true;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    const known = isVolvoxError(error) ? error : new VolvoxError('internal', 'Something went wrong.', { cause: error });
    if (known.kind === 'internal') request.log.error({ err: error, path: request.url }, 'guest data');
    return reply
      .code(STATUS_OF_KIND[known.kind])
      .send({ error: { kind: known.kind, message: known.message, details: {} } });
  }
}
