import { createCipheriv, createHash } from 'node:crypto';

/** A file of 100 MB whose every byte follows from its offset: two guests that have the same disk serve the same. */
export const FILE_BYTES = 100_000_000;

const KEY = Buffer.alloc(32, 'volvox');
const BLOCK = 16;

/** The bytes of the file from an offset on. */
export function contentAt(offset: number, length: number): Buffer {
  const skipped = offset % BLOCK;
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(BigInt((offset - skipped) / BLOCK), 8);
  return createCipheriv('aes-256-ctr', KEY, counter)
    .update(Buffer.alloc(skipped + length))
    .subarray(skipped);
}

/** SHA-256 of the whole file. */
export function fileSum(): string {
  const sum = createHash('sha256');
  const step = 1_000_000;
  for (let at = 0; at < FILE_BYTES; at += step) sum.update(contentAt(at, Math.min(step, FILE_BYTES - at)));
  return sum.digest('hex');
}
