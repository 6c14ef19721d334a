import { fromJson } from '#platform/database/json-column.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { type ImageRow, isOfferedTo } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Image } from '#platform/objects/image.ts';
import type { RequestContext } from '../../../http/request-context.ts';
import type { ImageTickets } from '../../../image/image-tickets.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

interface Sources {
  readonly directory: Directory;
  readonly imageTickets: ImageTickets;
  readonly config: { readonly publicUrl: string };
}

/**
 * The image that a server boots from, as hosts need it.
 * @throws VolvoxError invalid when it does not exist for the caller, can't be used, or is too large for the flavor.
 */
export async function bootImage(
  { directory, imageTickets, config }: Sources,
  caller: RequestContext,
  id: string,
  row: ImageRow | null,
  flavor: Flavor,
): Promise<Image> {
  const mayUse =
    row !== null &&
    (caller.isAdmin ||
      row.project_id === caller.projectId ||
      row.visibility === 'public' ||
      row.visibility === 'community' ||
      (row.visibility === 'shared' && (await isOfferedTo(directory.read, id, caller.projectId))));
  if (!mayUse) throw invalid('Can not find requested image');
  if (row.status !== 'active' || row.sha256 === null || row.size_bytes === null) {
    throw invalid(`Image ${id} is not active.`);
  }
  if (row.min_ram_mb > flavor.ramMb) throw invalid("Flavor's memory is too small for requested image.");
  if (flavor.diskGb > 0) {
    const bytes = Math.max(row.virtual_size_bytes ?? 0, row.size_bytes);
    if (bytes > flavor.diskGb * GIB) {
      throw invalid(
        `Flavor's disk is too small for requested image. Flavor disk is ${flavor.diskGb * GIB} bytes, image is ${bytes} bytes.`,
      );
    }
    if (row.min_disk_gb > flavor.diskGb) {
      throw invalid(
        `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${flavor.diskGb * GIB} bytes, minimum size is ${row.min_disk_gb * GIB} bytes.`,
      );
    }
  }
  return {
    id: row.id,
    name: row.name,
    diskFormat: row.disk_format ?? 'raw',
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    minRamMb: row.min_ram_mb,
    minDiskGb: row.min_disk_gb,
    properties: fromJson<Record<string, string>>(row.properties),
    url: `${config.publicUrl}/image/v2/images/${row.id}/file`,
    ticket: await imageTickets.make(row.id),
  };
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
