import { fromJson } from '#platform/database/json-column.ts';
import { getImage, type ImageRow, type ImageViewer } from '#platform/directory/stores/images.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import type { ApiDeps } from '../deps.ts';

/**
 * An image as a new server shall have it, with the address of its bytes and the ticket to them.
 * @throws VolvoxError invalid when there is none that the viewer may use, or it has no bytes yet.
 */
export async function imageSnapshot(
  deps: Pick<ApiDeps, 'directory' | 'config' | 'imageTickets'>,
  viewer: ImageViewer,
  imageId: string,
): Promise<Image> {
  const row = await getImage(deps.directory.read, viewer, imageId).catch((error) => {
    throw isVolvoxError(error, 'not-found')
      ? new VolvoxError('invalid', `Image ${imageId} could not be found.`)
      : error;
  });
  return snapshotOf(row, deps);
}

async function snapshotOf(
  row: ImageRow,
  { config, imageTickets }: Pick<ApiDeps, 'config' | 'imageTickets'>,
): Promise<Image> {
  if (row.status !== 'active' || row.disk_format === null || row.sha256 === null) {
    throw new VolvoxError('invalid', `Image ${row.id} is unacceptable: Image is not active.`);
  }
  return {
    id: row.id,
    name: row.name,
    diskFormat: row.disk_format,
    sizeBytes: row.size_bytes ?? 0,
    sha256: row.sha256,
    minRamMb: row.min_ram_mb,
    minDiskGb: row.min_disk_gb,
    properties: fromJson<Record<string, string>>(row.properties),
    url: `${config.publicUrl}/image/v2/images/${row.id}/file`,
    ticket: await imageTickets.make(row.id),
  };
}
