import { type FileHandle, open } from 'node:fs/promises';
import { exists } from '#platform/files/exists.ts';
import { BlockJournal } from './block-journal.ts';
import type { CopiedDisk } from './disk-manifest.ts';
import type { DiskWriter } from './disk-writer.ts';

export const journalPath = (inWork: string): string => `${inWork}.journal`;

/** Writes a disk into the file `inWork`, with its journal next to it. Zeros stay holes. */
export class FileDiskWriter implements DiskWriter {
  readonly #path: string;
  readonly #journal: BlockJournal;
  #file: FileHandle | undefined;
  #blockBytes = 0;

  /** `source`: whose disk it is (a guest's id, or the checksum of an image). */
  constructor(inWork: string, source: string) {
    this.#path = inWork;
    this.#journal = new BlockJournal(journalPath(inWork), source);
  }

  async open(disk: CopiedDisk): Promise<ReadonlySet<number>> {
    this.#blockBytes = disk.blockBytes;
    const noted = await this.#journal.read(disk);
    if (noted !== null && (await exists(this.#path))) {
      this.#file = await open(this.#path, 'r+');
      return noted;
    }
    // The journal goes before the bytes it speaks of, and comes after the file it is for.
    await this.#journal.remove();
    this.#file = await open(this.#path, 'w', 0o600);
    await this.#file.truncate(disk.bytes);
    await this.#file.sync();
    await this.#journal.begin(disk);
    return new Set();
  }

  /** The file has been nothing but holes, so that zeros need not be written. */
  async write(index: number, bytes: Buffer | null): Promise<void> {
    if (bytes === null) return;
    let written = 0;
    while (written < bytes.length) {
      const at = index * this.#blockBytes + written;
      written += (await this.#handle().write(bytes, written, bytes.length - written, at)).bytesWritten;
    }
  }

  async commit(indices: readonly number[]): Promise<void> {
    await this.#handle().datasync();
    await this.#journal.note(indices);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #handle(): FileHandle {
    if (this.#file === undefined) throw new Error(`${this.#path} is not open`);
    return this.#file;
  }
}
