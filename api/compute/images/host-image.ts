import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS, type Image } from '#platform/objects/image.ts';
import type { ImageTickets } from '../../image/image-tickets.ts';

interface Sources {
  readonly imageTickets: ImageTickets;
  /** `agentUrl`: how compute agents reach the API; empty or absent: as clients do. */
  readonly config: { readonly publicUrl: string; readonly agentUrl?: string };
}

/** An image as hosts need it: what it is, and how they fetch it. @throws VolvoxError invalid when hosts cannot boot from it. */
export async function hostImage({ imageTickets, config }: Sources, image: ImageRecord): Promise<Image> {
  const { id, sha256, sizeBytes } = image;
  if (image.status !== 'active' || sha256 === null || sizeBytes === null) {
    throw new VolvoxError('invalid', `Image ${id} is not active. Its data must be uploaded first.`);
  }
  const diskFormat = image.diskFormat ?? 'raw';
  if (!BOOT_FORMATS.includes(diskFormat)) {
    throw new VolvoxError(
      'invalid',
      `Servers cannot boot from image ${id}: its format is ${diskFormat}, not ${BOOT_FORMATS.join(' or ')}.`,
    );
  }
  return {
    id,
    name: image.name,
    diskFormat,
    sizeBytes,
    sha256,
    minRamMb: image.minRamMb,
    minDiskGb: image.minDiskGb,
    properties: image.properties,
    url: `${config.agentUrl || config.publicUrl}/image/v2/images/${id}/file`,
    ticket: await imageTickets.make(id),
  };
}
