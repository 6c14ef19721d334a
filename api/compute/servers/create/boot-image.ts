import { fromJson } from '#platform/database/json-column.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { ImageRow } from '#platform/directory/stores/images.ts';
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

/** Whatever is known of it; whether it may be used is `bootImage`'s to say. */
export const findImage = ({ read }: Directory, id: string): Promise<ImageRow | undefined> =>
  read.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst();

/**
 * The image that a server boots from, as hosts need it.
 * @throws VolvoxError invalid when it does not exist for the caller, can't be used, or is too large for the flavor.
 */
export async function bootImage(
  { directory, imageTickets, config }: Sources,
  caller: RequestContext,
  id: string,
  row: ImageRow | undefined,
  flavor: Flavor,
): Promise<Image> {
  const mayUse =
    row !== undefined &&
    (caller.isAdmin ||
      row.project_id === caller.projectId ||
      row.visibility === 'public' ||
      row.visibility === 'community' ||
      (row.visibility === 'shared' && (await isMember(directory, id, caller.projectId))));
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

async function isMember(directory: Directory, imageId: string, projectId: string): Promise<boolean> {
  const row = await directory.read
    .selectFrom('image_members')
    .select('member_id')
    .where('image_id', '=', imageId)
    .where('member_id', '=', projectId)
    .where('status', '!=', 'rejected')
    .executeTakeFirst();
  return row !== undefined;
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
