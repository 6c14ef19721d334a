import type { Readable } from 'node:stream';
import { getImage, type ImageRecord } from '#platform/directory/stores/images.ts';
import type { ApiDeps } from '../../deps.ts';
import { BEARER } from '../../http/authenticate.ts';
import { always } from '../../http/by-version.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { authorize, authorizeOwner } from '../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { DOWNLOAD_IMAGE, UPLOAD_IMAGE } from './policy.ts';
import { uploadImage } from './upload.ts';

/** Long enough for large images on slow connections, in ms; an idle connection is cut much earlier. */
const TRANSFER_TIMEOUT_MS = 6 * 3600_000;
const PATH = '/v2/images/:id/file';

/** A client that names the checksum of what it sends may repeat an upload whose answer was lost. */
const SHA256_HEADER = 'x-volvox-sha256';

const isThere = ({ status, sha256 }: ImageRecord, sent: string | string[] | undefined): boolean =>
  status === 'active' && sha256 !== null && sha256 === sent;

/** Upload and download of the bytes of images. */
export function imageDataRoutes(deps: ApiDeps): readonly Route[] {
  const { directory, imageStore, imageTickets, uploadTickets } = deps;

  /** The image, if the caller may see it or has a ticket for it. */
  const readable = async ({ caller, headers, params: { id = '' } }: ApiRequest): Promise<ImageRecord> => {
    if (caller.userId !== '') return getImage(directory.read, caller, id);
    const [, ticket = ''] = BEARER.exec(String(headers.authorization ?? '')) ?? [];
    await imageTickets.check(ticket, id);
    return getImage(directory.read, { projectId: '', isAdmin: true }, id);
  };

  /** The image, if the caller may upload its bytes or has a ticket for that. */
  const writable = async ({ caller, headers, params: { id = '' } }: ApiRequest): Promise<ImageRecord> => {
    if (caller.userId !== '') return authorizeOwner(UPLOAD_IMAGE, caller, await getImage(directory.read, caller, id));
    // Whoever has a ticket needs no role.
    authorize(DOWNLOAD_IMAGE, caller);
    const [, ticket = ''] = BEARER.exec(String(headers.authorization ?? '')) ?? [];
    await uploadTickets.check(ticket, id);
    return getImage(directory.read, { projectId: '', isAdmin: true }, id);
  };

  return [
    route<Readable>({
      method: 'PUT',
      path: PATH,
      summary: 'Uploads the bytes of an image.',
      policy: UPLOAD_IMAGE,
      authorizes: 'handler',
      token: 'ticket',
      streams: true,
      timeoutMs: TRANSFER_TIMEOUT_MS,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { body, headers, signal } = request;
        const announced = headers['content-length'];
        const announcedBytes = announced === undefined ? null : Number(announced);
        try {
          const image = await writable(request);
          if (isThere(image, headers[SHA256_HEADER])) return dropRest(body);
          await uploadImage(deps, image, { source: body, announcedBytes, signal });
        } catch (error) {
          dropRest(body);
          throw error;
        }
      },
    }),
    route({
      method: 'GET',
      path: PATH,
      summary: 'Downloads the bytes of an image, or a range of them.',
      policy: DOWNLOAD_IMAGE,
      token: 'ticket',
      timeoutMs: TRANSFER_TIMEOUT_MS,
      query: ignoredQuery,
      status: [200, 204, 206],
      response: always('stream'),
      handle: async (request) => {
        const image = await readable(request);
        const { sizeBytes: size, md5 } = image;
        if (image.status !== 'active' || size === null) return new Answer(204);
        const range = rangeOf(request.headers.range, size);
        const bytes = await imageStore.read({ imageId: image.id, blobId: image.blobId }, range ?? undefined);
        const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
        if (range === null) {
          const digest: Record<string, string> = md5 === null ? {} : { 'content-md5': md5 };
          return new Answer(200, bytes, { ...headers, ...digest, 'content-length': String(size) });
        }
        const { start, end } = range;
        return new Answer(206, bytes, {
          ...headers,
          'content-range': `bytes ${start}-${end}/${size}`,
          'content-length': String(end - start + 1),
        });
      },
    }),
  ];
}

/** How long the rest of a refused upload is read, so that its client, which still sends, hears the answer, ms. */
const DROP_MS = 5_000;

/** Reads on and drops what comes; cuts the connection of a client that does not stop. */
function dropRest(source: Readable): void {
  if (source.readableEnded || source.destroyed) return;
  const timer = setTimeout(() => source.destroy(), DROP_MS);
  for (const event of ['end', 'close', 'error']) source.once(event, () => clearTimeout(timer));
  source.resume();
}

/** One range of `Range: bytes=…`; null when there is none. @throws HttpFault 416 when it lies outside. */
function rangeOf(header: string | string[] | undefined, size: number): { start: number; end: number } | null {
  if (header === undefined) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(String(header));
  if (match === null || (match[1] === '' && match[2] === '')) throw unsatisfiable(size);
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end || start >= size) throw unsatisfiable(size);
  return { start, end };
}

const unsatisfiable = (size: number): HttpFault =>
  new HttpFault(416, `Invalid Range header. Expected: bytes=FIRST-LAST within the ${size} bytes of the image.`, {
    'content-range': `bytes */${size}`,
  });
