import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';

const SIGNATURE = /^img_signature/;

/**
 * No host checks signatures of images. As in Nova without that check, the ids of certificates are kept and shown; but a request that names
 * certificates for an image that is signed asks for the check itself.
 * @throws VolvoxError invalid
 */
export function mustNotBeSigned(image: Image, certificates: readonly string[] | null | undefined): void {
  const signature = Object.keys(image.properties).find((name) => SIGNATURE.test(name));
  if (certificates == null || signature === undefined) return;
  throw new VolvoxError(
    'invalid',
    `Image signature certificate validation failed for image ${image.id}: it is signed (property ${signature}), and no host checks signatures. ` +
      'Leave trusted_image_certificates out to boot it unchecked.',
  );
}
