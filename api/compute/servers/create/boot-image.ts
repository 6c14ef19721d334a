import type { Directory } from '#platform/directory/directory.ts';
import { type ImageRecord, isOfferedTo } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Image } from '#platform/objects/image.ts';
import { allows } from '../../../http/policy.ts';
import type { RequestContext } from '../../../http/request-context.ts';
import type { ImageTickets } from '../../../image/image-tickets.ts';
import { hostImage } from '../../images/host-image.ts';
import { CREATE_WITH_ZERO_DISK } from '../policy.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

interface Sources {
  readonly directory: Directory;
  readonly imageTickets: ImageTickets;
  /** `agentUrl`: how compute agents reach the API; empty or absent: as clients do. */
  readonly config: { readonly publicUrl: string; readonly agentUrl?: string };
}

/**
 * The image that a server boots from, as hosts need it.
 * @throws VolvoxError invalid when it does not exist for the caller, can't be used, or is too large for the flavor; forbidden when the flavor
 * bounds no disk, and the caller may not use it.
 */
export async function bootImage(
  { directory, imageTickets, config }: Sources,
  caller: RequestContext,
  id: string,
  image: ImageRecord | null,
  flavor: Flavor,
): Promise<Image> {
  const mayUse =
    image !== null &&
    (caller.isAdmin ||
      image.projectId === caller.projectId ||
      image.visibility === 'public' ||
      image.visibility === 'community' ||
      (image.visibility === 'shared' && (await isOfferedTo(directory.read, id, caller.projectId))));
  if (!mayUse)
    throw invalid('Can not find requested image. imageRef must be the id of an image that this project can use.');
  const asked = await hostImage({ imageTickets, config }, image);
  if (image.minRamMb > flavor.ramMb)
    throw invalid(
      `Flavor's memory is too small for requested image. It has ${flavor.ramMb} MiB, and the image needs ${image.minRamMb} (min_ram).`,
    );
  if (flavor.diskGb === 0 && !allows(CREATE_WITH_ZERO_DISK, caller)) {
    throw new VolvoxError(
      'forbidden',
      'Only volume-backed servers are allowed for flavors with zero disk. Choose a flavor with a disk; this region has no volumes.',
    );
  }
  if (flavor.diskGb > 0) {
    const bytes = Math.max(image.virtualSizeBytes ?? 0, asked.sizeBytes);
    if (bytes > flavor.diskGb * GIB) {
      throw invalid(
        `Flavor's disk is too small for requested image. Flavor disk is ${flavor.diskGb * GIB} bytes, image is ${bytes} bytes.`,
      );
    }
    if (image.minDiskGb > flavor.diskGb) {
      throw invalid(
        `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${flavor.diskGb * GIB} bytes, minimum size is ${image.minDiskGb * GIB} bytes.`,
      );
    }
  }
  return asked;
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
