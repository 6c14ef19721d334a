import { randomUUID } from 'node:crypto';
import type { InstanceBuild } from '../../../objects/instance-build.ts';
import { newRow } from '../../../operations/new-row.ts';
import { toTable } from '../../../operations/sql-store.ts';
import type { DirectoryTx } from '../../directory.ts';

/** The operation that finds a home for an accepted build; its subject is the instance. Run by the super-conductor. */
export const ROUTE_BUILD = {
  kind: 'route-build',
  // Back: whoever asked learns after ten minutes that there is no place, rather than to wait on.
  deadline: { ms: 10 * 60_000, policy: 'back' },
  queue: 'super-conductor',
} as const;

/** Only the operations, for homes that are there and have none. `triedCellIds`: where it was built in vain. */
export async function beginRouting(
  tx: DirectoryTx,
  builds: readonly Pick<InstanceBuild, 'uuid' | 'requestId' | 'userId' | 'projectId'>[],
  now: number,
  triedCellIds: readonly string[] = [],
): Promise<readonly string[]> {
  const rows = builds.map((build) =>
    newRow(
      {
        id: randomUUID(),
        kind: ROUTE_BUILD.kind,
        subject: build.uuid,
        params: { uuid: build.uuid, triedCellIds },
        requestId: build.requestId,
        userId: build.userId,
        projectId: build.projectId,
      },
      ROUTE_BUILD.deadline,
      now,
    ),
  );
  await tx.insertInto('operations').values(rows.map(toTable)).execute();
  return rows.map((row) => row.id);
}
