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

/**
 * Where bytes are stored. Each upload stores under an id of its own, so that no upload touches the bytes of another one; the image names
 * the id that counts. null: stored under the id of the image alone, by a release that knew no other way.
 */
export interface BlobName {
  readonly imageId: string;
  readonly blobId: string | null;
}

/** An upload that is complete but not yet visible. */
export interface PendingBytes {
  readonly stored: StoredBytes;
  /** From now on readable under the name, also after a crash. */
  keep(): Promise<void>;
  /** Removes what this upload has stored, kept or not. */
  discard(): Promise<void>;
  /**
   * To be called when the image names these bytes: api processes of the release before find them too, which look for the id of the image
   * alone. Goes with the next release.
   */
  showToOldReleases(): Promise<void>;
}

export interface ReceiveOptions {
  readonly maxBytes: number;
  /** How many will come, as the client says; null: it does not say. */
  readonly announcedBytes: number | null;
  /** Asked before the bytes up to so many in all are written; what it throws ends the upload. */
  readonly admit: (bytes: number) => Promise<void>;
  readonly algorithms: readonly HashAlgorithm[];
}

/** Where the bytes of images are. A backend keeps whole images and never a part of one under its name. */
export interface ImageStore {
  /** @throws VolvoxError too-large when there are more than `maxBytes`; StoreFull; nothing is kept after any failure. */
  receive(name: BlobName, source: AsyncIterable<Buffer>, options: ReceiveOptions): Promise<PendingBytes>;
  /** Bytes from `start` to `end` (inclusive). @throws VolvoxError not-found */
  read(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Resolves when the bytes are gone, also if they never existed. */
  remove(name: BlobName): Promise<void>;
  /** Bytes that have been here for longer than `olderThanMs`. */
  list(olderThanMs: number): Promise<readonly BlobName[]>;
}
