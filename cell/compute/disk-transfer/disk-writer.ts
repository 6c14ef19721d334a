import type { CopiedDisk } from './disk-manifest.ts';

/** The destination of one disk. One transfer uses it at a time; writes of different blocks overlap. */
export interface DiskWriter {
  /**
   * Makes ready for this disk, and says which of its blocks are here, checked and durable, from an earlier attempt. What was here of
   * another version, or of another guest, is thrown away.
   */
  open(disk: CopiedDisk): Promise<ReadonlySet<number>>;
  /** null: a block of zeros. */
  write(index: number, bytes: Buffer | null): Promise<void>;
  /** Makes these blocks, written before, durable, and then remembers that they are here. Never called twice at once. */
  commit(indices: readonly number[]): Promise<void>;
  close(): Promise<void>;
}
