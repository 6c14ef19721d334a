import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';

type Encoding = 'br' | 'gzip';

/** Those that are offered, the better ones first: where the client says nothing else, the first is taken. */
const OFFERED: readonly Encoding[] = ['br', 'gzip'];
/** Smaller answers are one or two packets anyway. */
const MIN_BYTES = 1024;
/** Larger ones are compressed by another thread, so that other requests go on. */
const MAX_BYTES_AT_ONCE = 16 * 1024;
/** JSON of lists becomes a tenth at the cheapest levels; higher ones save little and cost much. */
const GZIP = { level: 1 } as const;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } } as const;

const AT_ONCE = {
  br: (bytes: Buffer) => brotliCompressSync(bytes, BROTLI),
  gzip: (bytes: Buffer) => gzipSync(bytes, GZIP),
} as const;
const inThread = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const;
const IN_THREAD = {
  br: (bytes: Buffer): Promise<Buffer> => inThread.br(bytes, BROTLI),
  gzip: (bytes: Buffer): Promise<Buffer> => inThread.gzip(bytes, GZIP),
} as const;

/**
 * The encoding to answer with (RFC 9110, 12.5.3): of those offered the one that the client weighs most; null: as it is.
 * @param accepted the header `Accept-Encoding`; absent: nothing but the bytes as they are.
 */
export function chosenEncoding(accepted: string | undefined): Encoding | null {
  if (accepted === undefined) return null;
  const weights = new Map<string, number>();
  for (const part of accepted.split(',')) {
    const [name = '', ...params] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = params.find((param) => param.startsWith('q='))?.slice(2) ?? '1';
    weights.set(name, Number(weight) || 0);
  }
  const weightOf = (encoding: Encoding): number => weights.get(encoding) ?? weights.get('*') ?? 0;
  const [best] = [...OFFERED].sort((one, other) => weightOf(other) - weightOf(one));
  return best !== undefined && weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0) ? best : null;
}

/** The bytes of an answer as they are sent. `encoding` null: as they are, because they are few, or the client takes nothing else. */
export async function encoded(
  bytes: Buffer,
  accepted: string | undefined,
): Promise<{ readonly bytes: Buffer; readonly encoding: Encoding | null }> {
  const encoding = bytes.length < MIN_BYTES ? null : chosenEncoding(accepted);
  if (encoding === null) return { bytes, encoding };
  const compress = bytes.length <= MAX_BYTES_AT_ONCE ? AT_ONCE[encoding] : IN_THREAD[encoding];
  return { bytes: await compress(bytes), encoding };
}
