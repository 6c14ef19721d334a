import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { encoded } from './encoding.ts';

/**
 * Sends what a request reads. It has an `ETag` of its text; a client that has this text already is answered 304, without it (RFC 9110,
 * 13.1.2). Large answers are compressed as the client allows. The answer is for this client alone, since caches do not know
 * the header of its token; and a client must ask before it uses an answer again.
 */
export async function sendRead(request: FastifyRequest, reply: FastifyReply, body: unknown): Promise<FastifyReply> {
  const text = Buffer.from(JSON.stringify(body));
  reply.header('vary', withAcceptEncoding(reply.getHeader('vary')));
  if (reply.statusCode === 200) {
    const etag = `W/"${hash('sha1', text, 'base64url')}"`;
    reply.header('etag', etag);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  }
  const { bytes, encoding } = await encoded(text, request.headers['accept-encoding']);
  // Its time was over meanwhile.
  if (reply.sent) return reply;
  if (encoding !== null) reply.header('content-encoding', encoding);
  return reply.type('application/json').send(bytes);
}

const withAcceptEncoding = (vary: number | string | readonly string[] | undefined): string =>
  vary === undefined ? 'Accept-Encoding' : `${[vary].flat().join(', ')}, Accept-Encoding`;

/** Compared weakly: by the opaque tag alone. */
function isKnown(given: string | undefined, etag: string): boolean {
  if (given === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return given.trim() === '*' || given.split(',').some((tag) => opaque(tag) === opaque(etag));
}
