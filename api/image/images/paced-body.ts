import type { Readable } from 'node:stream';
import { HttpFault } from '../../http/http-fault.ts';

/** How slowly a client may send: this process waits for it so long, and longer by what it has sent. */
interface Pace {
  readonly graceMs: number;
  readonly bytesPerSecond: number;
}

/** A line of 128 kbit/s is fast enough. */
const UPLOAD_PACE: Pace = { graceMs: 60_000, bytesPerSecond: 16 * 1024 };

/**
 * The bytes of a body as they come. Only the time counts in which nothing is here to be read: a slow disk is not the client's fault. The
 * body stays open after a refusal, so that its client gets the answer.
 * @throws HttpFault 408 when the client is too slow: it would keep its upload, its connection and the disk that it announced for
 * as long as it likes. @throws the reason of `signal`, and what ends the body early.
 */
export async function* pacedBody(
  source: Readable,
  signal: AbortSignal,
  pace: Pace = UPLOAD_PACE,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let leftMs = pace.graceMs;
  try {
    for (;;) {
      const begun = performance.now();
      const next = await within(leftMs, signal, chunks.next());
      if (next.done === true) return;
      const chunk = next.value;
      leftMs += (chunk.length / pace.bytesPerSecond) * 1_000 - (performance.now() - begun);
      yield chunk;
    }
  } finally {
    // A read that still waits ends with the body; nobody waits for it.
    void chunks.return?.().catch(() => undefined);
  }
}

async function within<R>(ms: number, signal: AbortSignal, work: Promise<R>): Promise<R> {
  const ended = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      ended.reject(new HttpFault(408, 'The data of the image comes too slowly; nothing was kept. Upload it again.')),
    Math.max(0, ms),
  );
  const abort = () => ended.reject(signal.reason);
  // Not thrown before the race: then nobody would take the rejection of `work`, and that would end the process.
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([ended.promise, work]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
