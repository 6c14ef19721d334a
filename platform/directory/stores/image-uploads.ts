import { sqlTime } from '../../database/json-column.ts';
import type { Directory } from '../directory.ts';
import type { ImagesTable } from '../schema/images.ts';

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

/** Begins an upload of an image that waits for one, or whose upload has died. @returns false when it does neither. */
export function beginUpload(directory: Directory, { imageId, expiresAt }: ImageUpload, now: number): Promise<boolean> {
  return directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set({ status: 'saving', upload_expires_at: expiresAt })
      .where('id', '=', imageId)
      .where((eb) =>
        eb.or([eb('status', '=', 'queued'), eb.and([eb('status', '=', 'saving'), eb('upload_expires_at', '<', now)])]),
      )
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });
}

/** @returns false when the upload was lost: the image is gone, or another upload has begun. */
export const renewUpload = (directory: Directory, upload: ImageUpload, expiresAt: number): Promise<boolean> =>
  change(directory, upload, { upload_expires_at: expiresAt });

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
        updated_at: sqlTime(bytes.at),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', upload.imageId)
      .where('status', '=', 'saving')
      .where('upload_expires_at', '=', upload.expiresAt)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });

/** The image waits for its bytes again. */
export async function giveUpUpload(directory: Directory, upload: ImageUpload): Promise<void> {
  await change(directory, upload, { status: 'queued', upload_expires_at: 0 });
}

const change = (
  directory: Directory,
  { imageId, expiresAt }: ImageUpload,
  values: Partial<Pick<ImagesTable, 'status' | 'upload_expires_at'>>,
): Promise<boolean> =>
  directory.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('images')
      .set(values)
      .where('id', '=', imageId)
      .where('status', '=', 'saving')
      .where('upload_expires_at', '=', expiresAt)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });
