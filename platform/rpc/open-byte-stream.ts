import type { Duplex } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { Dispatcher } from 'undici';
import { type ByteStream, STREAM_PROTOCOL } from '../contracts/byte-stream.ts';
import { VolvoxError } from '../errors/volvox-error.ts';

/**
 * Opens a stream at a peer. Whoever gets it ends it.
 * @throws VolvoxError unavailable when the peer refuses it or cannot be reached; deadline-exceeded when it does not answer in time.
 */
export async function openByteStream<S extends TSchema>(
  pool: Dispatcher,
  stream: ByteStream<S>,
  params: Static<S>,
  { key, deadlineMs }: { readonly key: string; readonly deadlineMs: number },
): Promise<Duplex> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params as Record<string, string | number>)) query.set(name, String(value));
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const { socket } = await pool.upgrade({
      path: `${stream.path}?${query}`,
      headers: { authorization: `Bearer ${key}` },
      protocol: STREAM_PROTOCOL,
      signal,
    });
    return socket;
  } catch (cause) {
    if (signal.aborted) {
      throw new VolvoxError('deadline-exceeded', `The stream ${stream.name} was not opened in time.`, { cause });
    }
    throw new VolvoxError('unavailable', `The stream ${stream.name} cannot be opened.`, { cause });
  }
}
