import { ROUTE_BUILD, type RouteBuildParams } from '../../../contracts/global-operations.ts';
import type { InstanceBuild } from '../../../objects/instance-build.ts';
import type { DirectoryReader, DirectoryTx } from '../../directory.ts';
import { beginOperations, paramsOfOperations } from '../operations.ts';

/**
 * Begins the operations that place these builds, whose homes are accepted and have none. `triedCellIds`: where they could not be built.
 * @returns the operations' ids in the order of `builds`: after the commit, wake the queue `ROUTE_BUILD.queue` with them.
 */
export function beginRouting(
  tx: DirectoryTx,
  builds: readonly Pick<InstanceBuild, 'uuid' | 'requestId' | 'userId' | 'projectId'>[],
  now: number,
  triedCellIds: readonly string[] = [],
): Promise<readonly string[]> {
  const begun = builds.map(({ uuid, requestId, userId, projectId }) => ({
    subject: uuid,
    params: { uuid, triedCellIds: [...triedCellIds] },
    ...{ requestId, userId, projectId },
  }));
  return beginOperations(tx, ROUTE_BUILD, begun, now);
}

/** The cells in which it was tried before: the operations that placed it name them. In any order, perhaps repeatedly. */
export async function triedCells(read: DirectoryReader, uuid: string): Promise<readonly string[]> {
  const earlier = await paramsOfOperations<RouteBuildParams>(read, uuid, ROUTE_BUILD.kind);
  return earlier.flatMap((params) => params.triedCellIds ?? []);
}
