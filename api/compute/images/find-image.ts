import { getImage, type ImageRecord } from '#platform/directory/stores/images.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';

/** The image of the request's path. @throws VolvoxError not-found also when the caller may not know of it. */
export async function findImageFor(
  { directory }: Pick<ApiDeps, 'directory'>,
  { caller, params }: ApiRequest,
): Promise<ImageRecord> {
  return getImage(directory.read, caller, params.id ?? '').catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found')
      ? new VolvoxError('not-found', `Image not found. No image ${params.id} is visible to this project.`)
      : error;
  });
}
