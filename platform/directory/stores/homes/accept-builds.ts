import { bySize } from '../../../batching/by-size.ts';
import { sqlTime } from '../../../database/json-column.ts';
import type { InstanceBuild } from '../../../objects/instance-build.ts';
import { storedBuild } from '../../../objects/user-data.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTx } from '../../directory.ts';
import { beginRouting } from './begin-routing.ts';

/**
 * Writes the accepted builds and the operation that places each of them. Quota (`takeQuota`) and ports belong in the same transaction.
 * @returns the operations' ids in the order of `builds`: after the commit, wake the queue `ROUTE_BUILD.queue` with them.
 */
export async function acceptBuilds(
  tx: DirectoryTx,
  builds: readonly InstanceBuild[],
  now: number,
): Promise<readonly string[]> {
  if (builds.length === 0) return [];
  const at = sqlTime(timestamp(now));
  const rows = builds.map((build) => ({
    uuid: build.uuid,
    project_id: build.projectId,
    user_id: build.userId,
    name: build.name,
    state: 'accepted' as const,
    cell_id: null,
    placing_cell_id: null,
    epoch: 1,
    ...storedBuild(build),
    fault: null,
    delete_requested: 0,
    vcpus: build.flavor.vcpus,
    ram_mb: build.flavor.ramMb,
    created_at: sqlTime(build.createdAt),
    updated_at: at,
    deleted_at: null,
  }));
  for (const part of bySize(rows, MAX_STATEMENT_BYTES)) await tx.insertInto('instance_homes').values(part).execute();
  return beginRouting(tx, builds, now);
}

/** Far below what a server takes as one statement (`max_allowed_packet`, 16 MiB by default). */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;
