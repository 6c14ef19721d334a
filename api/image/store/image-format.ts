import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { qcow2Fault } from './qcow2-header.ts';

/** What the first bytes of an image say it is, and how large the disk is that it describes. */
interface Recognised {
  readonly format: string;
  readonly virtualSizeBytes: number | null;
}

const MAGICS: readonly { readonly format: string; readonly at: number; readonly bytes: Buffer }[] = [
  { format: 'qcow2', at: 0, bytes: Buffer.from([0x51, 0x46, 0x49, 0xfb]) },
  { format: 'vmdk', at: 0, bytes: Buffer.from('KDMV') },
  { format: 'vmdk', at: 0, bytes: Buffer.from('# Disk DescriptorFile') },
  { format: 'vhd', at: 0, bytes: Buffer.from('conectix') },
  { format: 'vhdx', at: 0, bytes: Buffer.from('vhdxfile') },
  { format: 'qed', at: 0, bytes: Buffer.from('QED\0') },
  { format: 'vdi', at: 64, bytes: Buffer.from([0x7f, 0x10, 0xda, 0xbe]) },
  { format: 'iso', at: 32_769, bytes: Buffer.from('CD001') },
];

/** The largest disk that is taken: 1 PiB. A header that claims more is damaged or hostile. */
const MAX_VIRTUAL_BYTES = 2 ** 50;

/** Formats that have no magic of their own: anything goes that is none of the others. An ISO may well be used as a raw disk. */
const PLAIN = ['raw', 'ami', 'aki', 'ari', 'ploop'];

/**
 * Checks that an image is what it is said to be, and that it does not reach for files of the host (a backing file, an external data
 * file, a descriptor that names extents). @returns the size of the disk it describes, if the format tells.
 * @throws VolvoxError invalid
 */
export function checkFormat(declared: string, head: Buffer, sizeBytes: number): number | null {
  const found = recognise(head);
  const fits = PLAIN.includes(declared)
    ? found === null || found.format === 'iso'
    : found !== null && found.format === declared;
  if (!fits) {
    throw lying(`the image is said to be ${declared}, and its content is ${found?.format ?? 'not recognised as that'}`);
  }
  const fault = declared === 'qcow2' ? qcow2Fault(head, sizeBytes) : null;
  if (fault !== null) throw lying(fault);
  if (found?.virtualSizeBytes !== null && (found?.virtualSizeBytes ?? 0) > MAX_VIRTUAL_BYTES) {
    throw lying(
      `the image describes a disk of ${found?.virtualSizeBytes} bytes; at most ${MAX_VIRTUAL_BYTES} are possible`,
    );
  }
  if (declared === 'vmdk' && head.subarray(0, 4).toString('latin1') !== 'KDMV') {
    throw lying('a vmdk descriptor that names other files is not taken');
  }
  if (PLAIN.includes(declared) || declared === 'iso') return sizeBytes;
  return found?.virtualSizeBytes ?? null;
}

function recognise(head: Buffer): Recognised | null {
  const magic = MAGICS.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
  if (magic === undefined) return null;
  const sized = magic.format === 'qcow2' && head.length >= 32;
  return { format: magic.format, virtualSizeBytes: sized ? Number(head.readBigUInt64BE(24)) : null };
}

const lying = (reason: string): VolvoxError => new VolvoxError('invalid', `Image format inspection failed: ${reason}.`);
