/**
 * What a qcow2 header says that nobody should open, as docs/interop/qcow2.rst and block/qcow2.h of QEMU define it. The bounds are those with
 * which QEMU opens an image.
 */

/** Offsets of members of the header, bytes. */
const AT = {
  version: 4,
  backingFileOffset: 8,
  clusterBits: 20,
  cryptMethod: 32,
  l1Entries: 36,
  l1Offset: 40,
  refcountTableOffset: 48,
  refcountTableClusters: 56,
  snapshots: 60,
  snapshotsOffset: 64,
  incompatibleFeatures: 72,
  headerLength: 100,
} as const;
const LENGTH_OF_VERSION_2 = 72;
const LENGTH_OF_VERSION_3 = 104;

const MAX_CLUSTER_BITS = 21;
const MAX_L1_BYTES = 32 * 1024 * 1024;
const MAX_REFCOUNT_TABLE_BYTES = 8 * 1024 * 1024;
const MAX_SNAPSHOTS = 65_536;

/** Incompatible features: dirty, and a compression type and extended L2 entries, which change nothing that is looked at here. */
const HARMLESS_FEATURES = 0b11001n;
const CORRUPT = 0b10n;
const EXTERNAL_DATA_FILE = 0b100n;
/** The header extension with the name of an external data file. */
const DATA_FILE_NAME = 0x44415441;

/** @param sizeBytes of the whole file. @returns why it is not taken; null: it may be. */
export function qcow2Fault(head: Buffer, sizeBytes: number): string | null {
  if (head.length < LENGTH_OF_VERSION_2) return 'the qcow2 header is incomplete';
  const version = head.readUInt32BE(AT.version);
  if (version !== 2 && version !== 3) return `qcow2 of version ${version} is not known`;
  if (head.readBigUInt64BE(AT.backingFileOffset) !== 0n) return 'a qcow2 image with a backing file is not taken';
  if (head.readUInt32BE(AT.cryptMethod) !== 0) return 'an encrypted qcow2 image is not taken';
  return tableFault(head, sizeBytes) ?? (version === 3 ? featureFault(head) : null);
}

function tableFault(head: Buffer, sizeBytes: number): string | null {
  const clusterBits = head.readUInt32BE(AT.clusterBits);
  if (clusterBits > MAX_CLUSTER_BITS) return `a qcow2 image with clusters of 2^${clusterBits} bytes is not taken`;
  const l1Bytes = head.readUInt32BE(AT.l1Entries) * 8;
  if (l1Bytes > MAX_L1_BYTES) return `the L1 table of the qcow2 image has ${l1Bytes} bytes, more than ${MAX_L1_BYTES}`;
  const refcountBytes = head.readUInt32BE(AT.refcountTableClusters) * 2 ** clusterBits;
  if (refcountBytes > MAX_REFCOUNT_TABLE_BYTES) {
    return `the refcount table of the qcow2 image has ${refcountBytes} bytes, more than ${MAX_REFCOUNT_TABLE_BYTES}`;
  }
  const snapshots = head.readUInt32BE(AT.snapshots);
  if (snapshots > MAX_SNAPSHOTS) return `the qcow2 image has ${snapshots} snapshots, more than ${MAX_SNAPSHOTS}`;
  const offsets = [AT.l1Offset, AT.refcountTableOffset, AT.snapshotsOffset].map((at) => head.readBigUInt64BE(at));
  return offsets.some((offset) => offset > BigInt(sizeBytes)) ? 'a table of the qcow2 image is outside of it' : null;
}

function featureFault(head: Buffer): string | null {
  if (head.length < LENGTH_OF_VERSION_3) return 'the qcow2 header is incomplete';
  const features = head.readBigUInt64BE(AT.incompatibleFeatures);
  if ((features & EXTERNAL_DATA_FILE) !== 0n || extensionsOf(head).includes(DATA_FILE_NAME)) {
    return 'a qcow2 image with an external data file is not taken';
  }
  if ((features & CORRUPT) !== 0n) return 'the qcow2 image is marked as corrupt';
  const unknown = features & ~HARMLESS_FEATURES;
  return unknown === 0n ? null : `the qcow2 image has the unknown features 0x${unknown.toString(16)}`;
}

/** The types of the extensions after the header, as far as the head goes. */
function extensionsOf(head: Buffer): readonly number[] {
  const types: number[] = [];
  let at = Math.max(LENGTH_OF_VERSION_3, head.readUInt32BE(AT.headerLength));
  while (at + 8 <= head.length) {
    const type = head.readUInt32BE(at);
    if (type === 0) break;
    types.push(type);
    at += 8 + Math.ceil(head.readUInt32BE(at + 4) / 8) * 8;
  }
  return types;
}
