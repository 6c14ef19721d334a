import type { Readable } from 'node:stream';

export type HashAlgorithm = 'md5' | 'sha256' | 'sha512';

/** Measurements of the bytes of an image during the upload. */
export interface StoredBytes {
  readonly sizeBytes: number;
  /** Lower-case hex, for each algorithm that was asked for. */
  readonly hashes: Readonly<Partial<Record<HashAlgorithm, string>>>;
  /** The first bytes, enough to recognise a format. */
  readonly head: Buffer;
}

/** An upload that is complete but not yet visible. Exactly one of the two is called. */
export interface PendingBytes {
  readonly stored: StoredBytes;
  /** From now on readable under the id, also after a crash. Replaces what an upload that was never recorded left there. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export interface ReceiveOptions {
  readonly maxBytes: number;
  /** How many will come, as the client says; null: it does not say. */
  readonly announcedBytes: number | null;
  /** Asked before the bytes up to so many in all are written; what it throws ends the upload. */
  readonly admit: (bytes: number) => Promise<void>;
  readonly algorithms: readonly HashAlgorithm[];
}

/** Where the bytes of images are. A backend keeps whole images and never a part of one under its id. */
export interface ImageStore {
  /** @throws VolvoxError too-large when there are more than `maxBytes`; StoreFull; nothing is kept after any failure. */
  receive(imageId: string, source: Readable, options: ReceiveOptions): Promise<PendingBytes>;
  /** Bytes from `start` to `end` (inclusive). @throws VolvoxError not-found */
  read(imageId: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Resolves when the image is gone, also if it never existed. */
  remove(imageId: string): Promise<void>;
  /** Ids of images whose bytes have been here for longer than `olderThanMs`. */
  list(olderThanMs: number): Promise<readonly string[]>;
}
