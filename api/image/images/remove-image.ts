import { deleteImage, type ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';

/**
 * Deletes an image, then its bytes; after a crash between the two, `orphanedBytes` removes the bytes. Its id is never reused.
 * @throws VolvoxError forbidden when it is protected.
 */
export async function removeImage(
  { directory, imageStore }: Pick<ApiDeps, 'directory' | 'imageStore'>,
  { id, isProtected }: ImageRecord,
): Promise<void> {
  if (isProtected)
    throw new VolvoxError(
      'forbidden',
      `Image ${id} is protected and cannot be deleted. Set its attribute protected to false first.`,
    );
  const gone = await directory.transaction((tx) => deleteImage(tx, id));
  const blobId = gone?.blobId ?? null;
  if (blobId !== null) await imageStore.remove({ imageId: id, blobId });
  // Under the id alone, for api processes of the release before, or by one of an earlier release.
  await imageStore.remove({ imageId: id, blobId: null });
}
