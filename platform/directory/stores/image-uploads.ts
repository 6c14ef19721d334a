import { sql } from 'kysely';
import { sqlTime } from '../../database/json-column.ts';
import type { Directory, DirectoryTx } from '../directory.ts';
import { grantBytes, type ImageQuota, requireUpload } from './image-quotas.ts';
import type { ImageRecord } from './images.ts';

/** What an upload found out about the bytes. */
interface UploadedBytes {
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number | null;
  readonly md5: string | null;
  readonly sha256: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * An upload that an image is in: the image is `saving` and names it, under a lease until `upload_expires_at`. After that another upload may
 * begin. Each change names the upload and nothing that an earlier change wrote, so that one whose commit was not answered may be repeated.
 */
interface ImageUpload {
  readonly imageId: string;
  readonly uploadId: string;
}

const IDLE = { status: 'queued' as const, upload_id: null, upload_expires_at: 0, reserved_bytes: 0 };

/**
 * Begins an upload of an image that waits for one, or whose upload has died.
 * @param image as it was read: one that was changed since has another format, perhaps.
 * @param expiresAt ms since the epoch.
 * @returns false when it does neither, or was changed. @throws VolvoxError too-large when the project has too many uploads in progress.
 */
export function beginUpload(
  directory: Directory,
  { id, version }: Pick<ImageRecord, 'id' | 'version'>,
  { uploadId, expiresAt }: { readonly uploadId: string; readonly expiresAt: number },
  quota: ImageQuota,
): Promise<boolean> {
  return directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set({ ...IDLE, version: version + 1 })
      .where('id', '=', id)
      .where('version', '=', version)
      .where((eb) =>
        eb.or([
          eb('status', '=', 'queued'),
          eb.and([eb('status', '=', 'saving'), eb('upload_expires_at', '<', quota.now)]),
        ]),
      )
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await requireUpload(tx, quota);
    await tx
      .updateTable('images')
      .set({ status: 'saving', upload_id: uploadId, upload_expires_at: expiresAt })
      .where('id', '=', id)
      .execute();
    return true;
  });
}

/** @returns false when the upload was lost: the image is gone, or another upload has begun. @throws VolvoxError too-large as `isInProgress`. */
export const renewUpload = (
  directory: Directory,
  upload: ImageUpload,
  quota: ImageQuota,
  expiresAt: number,
): Promise<boolean> =>
  directory.transaction(async (tx) => {
    if (!(await isInProgress(tx, upload, quota))) return false;
    await tx.updateTable('images').set({ upload_expires_at: expiresAt }).where('id', '=', upload.imageId).execute();
    return true;
  });

/**
 * Reserves bytes of the project's quota for the upload; a crash gives them back when the lease is over.
 * @returns how many more it has; 0 when the upload was lost. @throws VolvoxError too-large
 */
export const reserveBytes = (
  directory: Directory,
  upload: ImageUpload,
  quota: ImageQuota,
  bytes: { readonly needed: number; readonly preferred: number },
): Promise<number> =>
  directory.transaction(async (tx) => {
    if (!(await isInProgress(tx, upload, quota))) return 0;
    const granted = await grantBytes(tx, quota, bytes);
    await tx
      .updateTable('images')
      .set({ reserved_bytes: sql`reserved_bytes + ${granted}` })
      .where('id', '=', upload.imageId)
      .execute();
    return granted;
  });

/** Makes the image active with the bytes of the upload. @returns false when the upload was lost. @throws VolvoxError too-large as `isInProgress`. */
export const completeUpload = (
  directory: Directory,
  upload: ImageUpload,
  quota: ImageQuota,
  bytes: UploadedBytes,
): Promise<boolean> =>
  directory.transaction(async (tx) => {
    if (!(await isInProgress(tx, upload, quota))) return false;
    await tx
      .updateTable('images')
      .set((eb) => ({
        ...IDLE,
        status: 'active' as const,
        blob_id: upload.uploadId,
        size_bytes: bytes.sizeBytes,
        virtual_size_bytes: bytes.virtualSizeBytes,
        md5: bytes.md5,
        sha256: bytes.sha256,
        updated_at: sqlTime(bytes.at),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', upload.imageId)
      .execute();
    return true;
  });

/**
 * The image waits for its bytes again, and reserves none. After it, the upload can no longer be completed.
 * @returns true when it was completed before: the image has its bytes, and they stay.
 */
export const giveUpUpload = (directory: Directory, { imageId, uploadId }: ImageUpload): Promise<boolean> =>
  directory.transaction(async (tx) => {
    await tx
      .updateTable('images')
      .set(IDLE)
      .where('id', '=', imageId)
      .where('status', '=', 'saving')
      .where('upload_id', '=', uploadId)
      .execute();
    const completed = await tx
      .selectFrom('images')
      .select('id')
      .where('id', '=', imageId)
      .where('blob_id', '=', uploadId)
      .executeTakeFirst();
    return completed !== undefined;
  });

/** Images whose uploads have died wait for their bytes again. @param expiredBefore ms since the epoch. @returns how many. */
export const giveUpDeadUploads = (directory: Directory, expiredBefore: number): Promise<number> =>
  directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set(IDLE)
      .where('status', '=', 'saving')
      .where('upload_expires_at', '<', expiredBefore)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  });

/**
 * Locks the image, and tells whether it still is in this upload. An upload whose lease is over was not counted any more, so it takes its
 * quota anew. @throws VolvoxError too-large when others have taken that quota meanwhile.
 */
async function isInProgress(tx: DirectoryTx, { imageId, uploadId }: ImageUpload, quota: ImageQuota): Promise<boolean> {
  const image = await tx
    .selectFrom('images')
    .select(['upload_expires_at', 'reserved_bytes'])
    .where('id', '=', imageId)
    .where('status', '=', 'saving')
    .where('upload_id', '=', uploadId)
    .forUpdate()
    .executeTakeFirst();
  if (image === undefined) return false;
  if (Number(image.upload_expires_at) >= quota.now) return true;
  const reserved = Number(image.reserved_bytes);
  await requireUpload(tx, quota);
  await grantBytes(tx, quota, { needed: reserved, preferred: reserved });
  return true;
}
