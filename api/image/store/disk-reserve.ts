import { statfs } from 'node:fs/promises';

/** The store takes no more bytes: its free disk would pass the reserve. */
export class StoreFull extends Error {
  constructor(options?: ErrorOptions) {
    super('The image store has no space for this image; delete images, or ask the operator for more disk.', options);
  }
}

/** How often the disk is looked at while bytes come, of all uploads together. */
const LOOK_EVERY_BYTES = 16 * 1024 * 1024;

/** Bytes that may still be used in a folder's file system. */
export const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** One upload's use of the disk. */
export interface DiskUse {
  /** Writes so many more bytes, if the disk has space for them. @throws StoreFull, before anything is written. */
  write(bytes: number, work: () => Promise<void>): Promise<void>;
  end(): void;
}

/**
 * Keeps a part of the disk free. What the uploads of this process have announced and not yet written counts as used. Their bytes are counted
 * together, so that however many there are, they do not pass the reserve. Other processes on the same disk are seen when it is looked at:
 * each may pass the reserve by LOOK_EVERY_BYTES.
 */
export class DiskReserve {
  readonly #reserveBytes: number;
  readonly #free: () => Promise<number>;
  /** Announced, and not yet admitted. */
  #announced = 0;
  /** Admitted since the beginning, and of them those whose writing has not ended: a look at the disk may see them, or not. */
  #admitted = 0;
  #writing = 0;
  /** Free when the disk was looked at last, without what was admitted since. */
  #left = 0;
  #sinceLook = Number.POSITIVE_INFINITY;

  constructor(reserveBytes: number, free: () => Promise<number>) {
    this.#reserveBytes = reserveBytes;
    this.#free = free;
  }

  /** @param announced how many bytes will come; 0: unknown. @throws StoreFull */
  async begin(announced: number): Promise<DiskUse> {
    let ahead = announced;
    this.#announced += ahead;
    const take = (bytes: number): void => {
      const known = Math.min(ahead, bytes);
      ahead -= known;
      this.#announced -= known;
    };
    const end = () => take(ahead);
    this.#sinceLook = Number.POSITIVE_INFINITY;
    await this.#requireSpace().catch((error) => {
      end();
      throw error;
    });
    return {
      write: async (bytes, work) => {
        take(bytes);
        this.#admitted += bytes;
        this.#writing += bytes;
        this.#left -= bytes;
        this.#sinceLook += bytes;
        try {
          await this.#requireSpace();
          await work();
        } finally {
          this.#writing -= bytes;
        }
      },
      end,
    };
  }

  async #requireSpace(): Promise<void> {
    if (this.#reserveBytes === 0) return;
    if (this.#fits() && this.#sinceLook < LOOK_EVERY_BYTES) return;
    await this.#look();
    if (!this.#fits()) throw new StoreFull();
  }

  #fits(): boolean {
    return this.#left - this.#announced >= this.#reserveBytes;
  }

  async #look(): Promise<void> {
    const { writing, admitted } = { writing: this.#writing, admitted: this.#admitted };
    const free = await this.#free();
    this.#sinceLook = this.#admitted - admitted;
    this.#left = free - writing - this.#sinceLook;
  }
}
