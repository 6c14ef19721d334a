import { getAggregate } from '#platform/directory/stores/aggregates.ts';
import { getImage } from '#platform/directory/stores/images.ts';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import { hostImage } from '../images/host-image.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'imageTickets' | 'config'>;

/**
 * Asks the hosts of an aggregate to fetch these images before a server needs them. What a host cannot do now is logged, as in Nova: the image
 * is fetched with the first server that boots from it.
 * @throws VolvoxError not-found (the aggregate); invalid (an image that is unknown, not active, named twice, or that hosts cannot boot from).
 */
export async function cacheImages(
  deps: Deps,
  request: ApiRequest,
  id: number,
  imageIds: readonly string[],
): Promise<void> {
  const { hosts, cellsOfHosts } = await getAggregate(deps.directory.read, id);
  if (new Set(imageIds).size < imageIds.length)
    throw new VolvoxError('invalid', 'Duplicate images in request: each id may be in cache once.');
  const images = await Promise.all(imageIds.map((imageId) => imageOf(deps, request, imageId)));
  const byCell = Map.groupBy(hosts, (host) => cellsOfHosts[host] ?? null);
  await Promise.all(
    [...byCell].map(async ([cellId, names]) => {
      const cell = cellId === null ? undefined : deps.cells.find(cellId);
      const asked = { hosts: names, images };
      try {
        if (cell === undefined) throw new VolvoxError('unavailable', 'their cell is not known');
        const { refused } = await cell.door.cacheImages(asked, { requestId: request.requestId });
        for (const { host, reason } of refused) request.log.warn({ host, reason }, 'a host does not cache images now');
      } catch (error) {
        if (!isVolvoxError(error)) throw error;
        request.log.warn({ hosts: names, reason: messageOf(error) }, 'these hosts do not cache images now');
      }
    }),
  );
}

async function imageOf(deps: Deps, { caller }: ApiRequest, id: string): Promise<Image> {
  const record = await getImage(deps.directory.read, caller, id).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? new VolvoxError('invalid', `Image ${id} could not be found.`) : error;
  });
  return hostImage(deps, record);
}
