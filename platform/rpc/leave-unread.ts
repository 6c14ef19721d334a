import type { FastifyReply, FastifyRequest } from 'fastify';

/** A body up to this size costs less to read and drop than the connection costs to make anew, bytes. */
const MAX_DROPPED_BYTES = 64 * 1024;

/**
 * For an answer that comes before the body of its request was read: ends the connection after the answer when the body may be large. Otherwise
 * the server would read the whole body to find the next request behind it.
 */
export function leaveUnread(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const mayBeLarge = encoding !== undefined || Number(length ?? 0) > MAX_DROPPED_BYTES;
  return mayBeLarge ? reply.header('connection', 'close') : reply;
}
