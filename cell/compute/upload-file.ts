import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type ErrorKind, isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { request } from '#platform/tls/undici.ts';

interface UploadOptions {
  readonly dispatcher: Dispatcher;
  readonly url: string;
  /** Shown as `Authorization: Bearer`. */
  readonly ticket: string;
  readonly sizeBytes: number;
  /** Lower-case hex, of all bytes. With it the image service recognizes a repeated upload, and refuses other bytes. */
  readonly sha256: string;
  readonly progress: (percent: number) => void;
  readonly signal: AbortSignal;
}

/** The header that names the checksum. */
const SHA256_HEADER = 'x-volvox-sha256';
/** How long the service may read nothing, or work on what it has read, ms. */
const IDLE_MS = 120_000;
const WORDS_MAX = 500;

/** Statuses that another attempt would get again. */
const FINAL: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  410: 'not-found',
  413: 'too-large',
};

/**
 * Uploads the bytes of an image; the image has them all when this resolves. It may be repeated, whatever became of an earlier attempt.
 * @throws VolvoxError invalid, forbidden, not-found, too-large: the service will never take them; conflict (an earlier attempt is still being
 * given up) and unavailable: later perhaps.
 */
export async function uploadFile(source: () => Readable, options: UploadOptions): Promise<void> {
  const { dispatcher, url, ticket, sizeBytes, sha256, signal } = options;
  const { pathname } = new URL(url);
  const body = source();
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'PUT',
      headers: {
        authorization: `Bearer ${ticket}`,
        'content-type': 'application/octet-stream',
        'content-length': String(sizeBytes),
        [SHA256_HEADER]: sha256,
      },
      body: Readable.from(counted(body, options)),
      headersTimeout: IDLE_MS,
      bodyTimeout: IDLE_MS,
      signal,
    });
    const words = await answer.body.text();
    if (answer.statusCode === 204) return;
    const kind = FINAL[answer.statusCode] ?? (answer.statusCode === 409 ? 'conflict' : 'unavailable');
    const why = words.slice(0, WORDS_MAX);
    throw new VolvoxError(kind, `The image cannot be uploaded: ${pathname} answers ${answer.statusCode}. ${why}`, {
      ...(kind === 'not-found' || kind === 'too-large' ? { blame: 'request' } : {}),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (isVolvoxError(error)) throw error;
    throw new VolvoxError('unavailable', `${pathname}: ${messageOf(error)}`, { cause: error });
  } finally {
    body.destroy();
  }
}

async function* counted(source: AsyncIterable<Buffer>, { sizeBytes, progress }: UploadOptions): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    progress(Math.floor((bytes * 100) / Math.max(1, sizeBytes)));
    yield chunk;
  }
}
