import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getImage, type ImageRow } from '#platform/directory/stores/images.ts';
import type { ApiDeps } from '../../deps.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { requireOwner } from '../policy.ts';
import { uploadImage } from './upload.ts';

type ById = { Params: { id: string } };
/** Large images on slow lines, ms; a line that is silent is cut long before. */
const TRANSFER_TIMEOUT_MS = 6 * 3600_000;
const BEARER = /^Bearer (.+)$/;

/** `GET …/file` with a ticket instead of a token. */
export const hasTicket = (request: FastifyRequest): boolean =>
  request.method === 'GET' &&
  BEARER.test(request.headers.authorization ?? '') &&
  /^\/image\/v2\/images\/[0-9a-f-]{36}\/file$/.test(request.url.split('?', 1)[0] ?? '');

/** The bytes of images, in and out. */
export function registerImageData(app: FastifyInstance, deps: ApiDeps): void {
  const { directory, imageStore, imageTickets } = deps;
  // The limit of bodies stays as it is: a stream is not counted, and what is parsed (JSON) is collected before a handler can refuse it.
  const options = { handlerTimeout: TRANSFER_TIMEOUT_MS };

  app.put<ById>('/v2/images/:id/file', options, async (request, reply) => {
    const row = await getImage(directory.read, request.context, request.params.id);
    requireOwner(request.context, row, 'upload data for');
    if (!(request.body instanceof Readable))
      throw new HttpFault(415, 'Unsupported Content-Type: application/octet-stream is needed.');
    await uploadImage(deps, row, request.body);
    return reply.code(204).send();
  });

  app.get<ById>('/v2/images/:id/file', options, async (request, reply) => {
    const row = await authorize(request);
    if (row.status !== 'active' || row.size_bytes === null) return reply.code(204).send();
    const range = rangeOf(request.headers.range, row.size_bytes);
    const body = await imageStore.read(row.id, range ?? undefined);
    if (range !== null) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${row.size_bytes}`);
    if (row.md5 !== null && range === null) reply.header('content-md5', row.md5);
    return reply
      .type('application/octet-stream')
      .header('accept-ranges', 'bytes')
      .header('content-length', range === null ? row.size_bytes : range.end - range.start + 1)
      .send(body);
  });

  const authorize = async (request: FastifyRequest<ById>): Promise<ImageRow> => {
    const { id } = request.params;
    if (!hasTicket(request)) return getImage(directory.read, request.context, id);
    const [, ticket = ''] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    await imageTickets.check(ticket, id);
    return getImage(directory.read, { projectId: '', isAdmin: true }, id);
  };
}

/** One range of `Range: bytes=…`; null when there is none. @throws HttpFault 416 when it lies outside. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | null {
  if (header === undefined) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (match === null || (match[1] === '' && match[2] === '')) throw unsatisfiable(size);
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end || start >= size) throw unsatisfiable(size);
  return { start, end };
}

const unsatisfiable = (size: number): HttpFault =>
  new HttpFault(416, 'Invalid Range header.', { 'content-range': `bytes */${size}` });
