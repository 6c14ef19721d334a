import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { request } from '#platform/tls/undici.ts';

interface DownloadOptions {
  readonly dispatcher: Dispatcher;
  readonly url: string;
  /** Shown as `Authorization: Bearer`. */
  readonly ticket: string;
  readonly sha256: string;
  /** 0: as long as the server says. */
  readonly sizeBytes: number;
  readonly progress?: (percent: number) => void;
  readonly signal?: AbortSignal;
}

const IDLE_MS = 30_000;
const REFUSALS = { 401: 'forbidden', 403: 'forbidden', 404: 'not-found', 409: 'conflict' } as const;

/**
 * Fetches bytes into a file, which is durable and has the checksum when this resolves, and is gone when it rejects.
 * @throws VolvoxError invalid (other bytes than promised), forbidden, not-found, conflict, or unavailable (try again).
 */
export async function download(path: string, options: DownloadOptions): Promise<void> {
  try {
    await fetchInto(path, options);
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof VolvoxError) throw error;
    throw new VolvoxError('unavailable', `${new URL(options.url).pathname}: ${messageOf(error)}`, { cause: error });
  }
}

async function fetchInto(path: string, options: DownloadOptions): Promise<void> {
  const { statusCode, headers, body } = await request(options.url, {
    dispatcher: options.dispatcher,
    headers: { authorization: `Bearer ${options.ticket}` },
    headersTimeout: IDLE_MS,
    bodyTimeout: IDLE_MS,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (statusCode !== 200) {
    await body.dump();
    const kind = REFUSALS[statusCode as keyof typeof REFUSALS] ?? 'unavailable';
    const message = `The image cannot be downloaded: ${new URL(options.url).pathname} answers ${statusCode}.`;
    throw new VolvoxError(kind, message, kind === 'not-found' ? { blame: 'request' } : {});
  }
  const expectedBytes = options.sizeBytes || Number(headers['content-length'] ?? 0);
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (expectedBytes > 0 && bytes > expectedBytes) throw wrong(`more than ${expectedBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
      if (expectedBytes > 0) options.progress?.(Math.floor((bytes * 100) / expectedBytes));
    }
    if (expectedBytes > 0 && bytes < expectedBytes) throw new VolvoxError('unavailable', 'The answer broke off.');
    const got = hash.digest('hex');
    if (got !== options.sha256) throw wrong(`SHA-256 ${got}, not ${options.sha256}`);
    await file.sync();
  } finally {
    await file.close();
  }
}

const wrong = (what: string): VolvoxError =>
  new VolvoxError('invalid', `The bytes are not what was promised: ${what}.`);
