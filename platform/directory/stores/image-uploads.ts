import { sql } from 'kysely';
import { sqlTime } from '../../database/json-column.ts';
import type { Directory, DirectoryTx } from '../directory.ts';
import type { ImagesTable } from '../schema/images.ts';
import { grantBytes, type ImageQuota, requireUpload } from './image-quotas.ts';

/** What an upload found out about the bytes. */
interface UploadedBytes {
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number | null;
  readonly md5: string | null;
  readonly sha256: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** The upload that an image is in: `saving` until `expiresAt`, ms since the epoch. After that another upload may begin. */
interface ImageUpload {
  readonly imageId: string;
  readonly expiresAt: number;
}

/**
 * Begins an upload of an image that waits for one, or whose upload has died.
 * @returns false when it does neither. @throws VolvoxError too-large when the project has too many uploads in progress.
 */
export function beginUpload(directory: Directory, upload: ImageUpload, quota: ImageQuota): Promise<boolean> {
  return directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set({ status: 'queued', upload_expires_at: 0, reserved_bytes: 0 })
      .where('id', '=', upload.imageId)
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
      .set({ status: 'saving', upload_expires_at: upload.expiresAt })
      .where('id', '=', upload.imageId)
      .execute();
    return true;
  });
}

/** @returns false when the upload was lost: the image is gone, or another upload has begun. */
export const renewUpload = (directory: Directory, upload: ImageUpload, expiresAt: number): Promise<boolean> =>
  directory.transaction((tx) => change(tx, upload, { upload_expires_at: expiresAt }));

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
    const granted = await grantBytes(tx, quota, bytes);
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set({ reserved_bytes: sql`reserved_bytes + ${granted}` })
      .where('id', '=', upload.imageId)
      .where('status', '=', 'saving')
      .where('upload_expires_at', '=', upload.expiresAt)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? granted : 0;
  });

/** Makes the image active. @returns false when the upload was lost. */
export const completeUpload = (directory: Directory, upload: ImageUpload, bytes: UploadedBytes): Promise<boolean> =>
  directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set((eb) => ({
        status: 'active' as const,
        size_bytes: bytes.sizeBytes,
        virtual_size_bytes: bytes.virtualSizeBytes,
        md5: bytes.md5,
        sha256: bytes.sha256,
        upload_expires_at: 0,
        reserved_bytes: 0,
        updated_at: sqlTime(bytes.at),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', upload.imageId)
      .where('status', '=', 'saving')
      .where('upload_expires_at', '=', upload.expiresAt)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });

/** The image waits for its bytes again, and reserves none. */
export async function giveUpUpload(directory: Directory, upload: ImageUpload): Promise<void> {
  await directory.transaction((tx) =>
    change(tx, upload, { status: 'queued', upload_expires_at: 0, reserved_bytes: 0 }),
  );
}

async function change(
  tx: DirectoryTx,
  { imageId, expiresAt }: ImageUpload,
  values: Partial<Pick<ImagesTable, 'status' | 'upload_expires_at' | 'reserved_bytes'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('images')
    .set(values)
    .where('id', '=', imageId)
    .where('status', '=', 'saving')
    .where('upload_expires_at', '=', expiresAt)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
