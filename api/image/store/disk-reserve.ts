import { statfs } from 'node:fs/promises';

/** The store takes no more bytes: its free disk would pass the reserve. */
export class StoreFull extends Error {
  constructor(options?: ErrorOptions) {
    super('The image store has no space for this image; delete images, or ask the operator for more disk.', options);
  }
}

/** How often the disk is looked at while bytes come. */
const LOOK_EVERY_BYTES = 16 * 1024 * 1024;

/** Bytes that may still be used in a folder's file system. */
export const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** One upload's use of the disk. */
interface DiskUse {
  /** To be called before so many more bytes are written. @throws StoreFull */
  write(bytes: number): Promise<void>;
  end(): void;
}

/** Keeps a part of the disk free. What the uploads of this process have announced and not yet written counts as used. */
export class DiskReserve {
  readonly #reserveBytes: number;
  readonly #free: () => Promise<number>;
  #announced = 0;

  constructor(reserveBytes: number, free: () => Promise<number>) {
    this.#reserveBytes = reserveBytes;
    this.#free = free;
  }

  /** @param announced how many bytes will come; 0: unknown. @throws StoreFull */
  async begin(announced: number): Promise<DiskUse> {
    let left = announced;
    let unseen = 0;
    this.#announced += left;
    const end = () => {
      this.#announced -= left;
      left = 0;
    };
    await this.#requireFree(0).catch((error) => {
      end();
      throw error;
    });
    return {
      write: async (bytes) => {
        unseen += bytes;
        if (unseen >= LOOK_EVERY_BYTES) {
          await this.#requireFree(left > 0 ? 0 : unseen);
          unseen = 0;
        }
        const known = Math.min(left, bytes);
        left -= known;
        this.#announced -= known;
      },
      end,
    };
  }

  async #requireFree(more: number): Promise<void> {
    if (this.#reserveBytes === 0) return;
    if ((await this.#free()) - this.#announced - more < this.#reserveBytes) throw new StoreFull();
  }
}
