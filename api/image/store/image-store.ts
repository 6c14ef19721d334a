import type { Readable } from 'node:stream';

/** What was measured while the bytes of an image went by. Hashes are lower-case hex. */
export interface StoredBytes {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha256: string;
  readonly sha512: string;
}

/** An upload that is complete but not yet visible. Exactly one of the two is called. */
export interface PendingBytes {
  readonly stored: StoredBytes;
  /** The first bytes, enough to recognise a format. */
  readonly head: Buffer;
  /** From now on readable under the id, also after a crash. Replaces nothing: the id must be free. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** Where the bytes of images are. A backend keeps whole images and never a part of one under its id. */
export interface ImageStore {
  /** @throws VolvoxError too-large when there are more than `maxBytes`; nothing is kept after any failure. */
  receive(imageId: string, source: Readable, maxBytes: number): Promise<PendingBytes>;
  /** Bytes from `start` to `end` (inclusive). @throws VolvoxError not-found */
  read(imageId: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Ready when it is gone, also if it was never there. */
  remove(imageId: string): Promise<void>;
}
