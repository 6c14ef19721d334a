import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chosenEncoding, encoded } from '../../../../api/http/encoding.ts';

describe('the encoding of an answer', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['identity', null],
    ['deflate, zstd', null],
    ['gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['GZIP;Q=1.0', 'gzip'],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', null],
    ['gzip;q=0', null],
    ['gzip;q=0.3, identity;q=0.9', null],
    ['gzip;q=nonsense', null],
  ] as const)('for "%s" is %s', (accepted, encoding) => {
    expect(chosenEncoding(accepted)).toBe(encoding);
  });

  it.each([2_000, 200_000])('gives %i bytes back as they were', async (length) => {
    const bytes = Buffer.from('{"server":"ä"}'.repeat(length / 10));
    const brotli = await encoded(bytes, 'br');
    const zipped = await encoded(bytes, 'gzip');
    expect([brotliDecompressSync(brotli.bytes), gunzipSync(zipped.bytes)]).toEqual([bytes, bytes]);
    expect(zipped.bytes.length).toBeLessThan(bytes.length / 5);
  });

  it('is none for a few bytes', async () => {
    expect(await encoded(Buffer.from('{}'), 'gzip')).toEqual({ bytes: Buffer.from('{}'), encoding: null });
  });
});
