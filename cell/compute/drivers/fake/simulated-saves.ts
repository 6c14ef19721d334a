import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Save } from '#platform/objects/guest-parts.ts';
import { uploadFile } from '../../upload-file.ts';
import type { StepContext } from '../driver.ts';
import type { SimulatedGuest, SimulatedSave } from './simulated-guest.ts';

const CLUSTER_BYTES = 64 * 1024;
const CLUSTER_BITS = 16;
const MIB = 1024 ** 2;
const QCOW2_MAGIC = 0x514649fb;
const HEADER_BYTES = 104;

/** The saves of a guest with this one among them. */
export const withSave = ({ saves }: SimulatedGuest, save: SimulatedSave): readonly SimulatedSave[] => [
  ...saves.filter(({ saveId }) => saveId !== save.saveId),
  save,
];

/** @throws VolvoxError conflict before it is saved. */
export function findSave({ saves }: SimulatedGuest, saveId: string): SimulatedSave {
  const found = saves.find((one) => one.saveId === saveId);
  if (found === undefined) throw new VolvoxError('conflict', 'The disk is not saved yet.');
  return found;
}

/** Uploads a qcow2 image of no blocks, which names the content id after its header. */
export async function uploadSimulatedSave(
  { contentId }: SimulatedSave,
  { upload }: Save,
  dispatcher: Dispatcher,
  { signal, progress }: StepContext,
): Promise<void> {
  const bytes = qcow2Of(contentId);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await uploadFile(() => Readable.from([bytes]), {
    ...{ dispatcher, url: upload.url, ticket: upload.ticket, sizeBytes: bytes.length, sha256, progress, signal },
  });
}

/** docs/interop/qcow2.rst of QEMU: a header, an L1 table and a refcount table, each in a cluster of its own. */
function qcow2Of(contentId: string): Buffer {
  const bytes = Buffer.alloc(4 * CLUSTER_BYTES);
  bytes.writeUInt32BE(QCOW2_MAGIC, 0);
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(CLUSTER_BITS, 20);
  bytes.writeBigUInt64BE(BigInt(MIB), 24);
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(BigInt(CLUSTER_BYTES), 40);
  bytes.writeBigUInt64BE(BigInt(2 * CLUSTER_BYTES), 48);
  bytes.writeUInt32BE(1, 56);
  bytes.writeUInt32BE(4, 96);
  bytes.writeUInt32BE(HEADER_BYTES, 100);
  bytes.write(contentId, 3 * CLUSTER_BYTES, 'latin1');
  return bytes;
}
