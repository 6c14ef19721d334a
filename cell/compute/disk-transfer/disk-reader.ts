import type { CopiedDisk } from './disk-manifest.ts';

/** A driver's disks as other hosts read them. The caller checks first that the guest is down (guest-data.ts). */
export interface DiskReader {
  /** Of the guest, running or not, in the order in which they are best copied. @throws VolvoxError not-found. */
  disks(guestId: string): Promise<readonly DiskOfGuest[]>;
  /** The image under its root disk; null: there is none, or it is not here. @throws VolvoxError not-found. */
  base(guestId: string): Promise<CopiedDisk | null>;
  /** `buffer` allocates memory for the block. @throws VolvoxError not-found; conflict when the disk has another version by now. */
  readBlock(
    guestId: string,
    disk: { name: string; version: string; index: number },
    buffer: (bytes: number) => Buffer,
  ): Promise<Buffer>;
}

export interface DiskOfGuest extends CopiedDisk {
  /** How much of the file there is to send; holes are not sent. */
  readonly allocatedBytes: number;
}
