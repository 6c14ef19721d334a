import { expect, test } from 'vitest';
import { checkFormat } from '../../../../api/image/store/image-format.ts';

const FILE_BYTES = 1024 * 1024;
const DISK_BYTES = 10n * 1024n * 1024n;

/** The header that `qemu-img create -f qcow2` writes for a disk of 10 MiB, with changes. */
function aHeader(change: (head: Buffer) => void = () => undefined): Buffer {
  const head = Buffer.alloc(64 * 1024);
  head.write('QFI\xfb', 0, 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(DISK_BYTES, 24);
  head.writeUInt32BE(1, 36);
  head.writeBigUInt64BE(0x30000n, 40);
  head.writeBigUInt64BE(0x10000n, 48);
  head.writeUInt32BE(1, 56);
  head.writeUInt32BE(4, 96);
  head.writeUInt32BE(112, 100);
  // The extension with the names of features.
  head.writeUInt32BE(0x6803f857, 112);
  head.writeUInt32BE(384, 116);
  change(head);
  return head;
}
const check = (head: Buffer) => checkFormat('qcow2', head, FILE_BYTES);

test('a qcow2 image as QEMU makes it is taken, of version 2 too', () => {
  expect(check(aHeader())).toBe(Number(DISK_BYTES));
  expect(check(aHeader((head) => head.writeUInt32BE(2, 4)))).toBe(Number(DISK_BYTES));
  expect(check(aHeader((head) => head.writeBigUInt64BE(0b11001n, 72)))).toBe(Number(DISK_BYTES));
});

test.each<[string, (head: Buffer) => void, RegExp]>([
  ['a disk of 2^63 bytes', (head) => head.writeBigUInt64BE(2n ** 63n, 24), /describes a disk of/],
  ['another version', (head) => head.writeUInt32BE(4, 4), /version 4/],
  ['a backing file', (head) => head.writeBigUInt64BE(512n, 8), /backing file/],
  ['encryption', (head) => head.writeUInt32BE(2, 32), /encrypted/],
  ['clusters of 4 GiB', (head) => head.writeUInt32BE(32, 20), /clusters of 2\^32/],
  ['an L1 table of 32 GiB', (head) => head.writeUInt32BE(0xffffffff, 36), /L1 table/],
  ['a large refcount table', (head) => head.writeUInt32BE(129, 56), /refcount table/],
  ['a million snapshots', (head) => head.writeUInt32BE(1_000_000, 60), /snapshots/],
  ['an L1 table behind the end', (head) => head.writeBigUInt64BE(2n ** 40n, 40), /outside of it/],
  ['a refcount table behind the end', (head) => head.writeBigUInt64BE(2n ** 62n, 48), /outside of it/],
  ['an external data file', (head) => head.writeBigUInt64BE(4n, 72), /external data file/],
  [
    'the name of a data file after other extensions',
    (head) => head.writeUInt32BE(0x44415441, 504),
    /external data file/,
  ],
  ['the mark of a corrupt image', (head) => head.writeBigUInt64BE(2n, 72), /corrupt/],
  ['a feature that nobody knows', (head) => head.writeBigUInt64BE(1n << 40n, 72), /unknown features 0x10000000000/],
])('a qcow2 image with %s is refused in words', (_what, change, words) => {
  expect(() => check(aHeader(change))).toThrow(words);
});

test('odd lengths in the header end the look, not the process', () => {
  expect(check(aHeader((head) => head.writeUInt32BE(0xffffffff, 100)))).toBe(Number(DISK_BYTES));
  expect(check(aHeader((head) => head.writeUInt32BE(0xffffffff, 116)))).toBe(Number(DISK_BYTES));
  expect(() => check(aHeader().subarray(0, 80))).toThrow(/incomplete/);
});
