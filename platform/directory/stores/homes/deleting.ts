import { sqlTime } from '../../../database/json-column.ts';
import { timestamp } from '../../../time/clock.ts';
import type { Directory, DirectoryTx } from '../../directory.ts';
import { giveQuota } from '../quotas.ts';
import { removeGroupMember } from '../server-groups.ts';
import { releaseInstancePorts } from '../server-ports.ts';
import { lockHome } from './get-homes.ts';
import type { Home } from './home.ts';
import { transition } from './transition.ts';

/**
 * deleted: no cell can hold it, and it is gone now. requested: it is being placed; whoever records its home deletes it. placed: its cell must be
 * asked. absent: no such instance exists, or it is gone already.
 */
export type DeleteAnswer =
  | { readonly outcome: 'deleted' | 'requested' | 'absent' }
  | { readonly outcome: 'placed'; readonly home: Home };

export async function requestDelete(tx: DirectoryTx, uuid: string, now: number): Promise<DeleteAnswer> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state === 'deleted') return { outcome: 'absent' };
  if (home.state === 'placed') return { outcome: 'placed', home };
  if (home.state === 'buried' || home.placingCellId === null) {
    await endHome(tx, home, now);
    return { outcome: 'deleted' };
  }
  await transition(tx, 'requestDelete', uuid, { delete_requested: 1 }, now);
  return { outcome: 'requested' };
}

/**
 * The instance is nowhere any more: its quota is given back, its ports are released, it leaves its server group, and the row says
 * deleted. Nothing happens if it says so already.
 */
export async function endHome(tx: DirectoryTx, home: Home, now: number): Promise<void> {
  if (home.state === 'deleted') return;
  await transition(tx, 'end', home.uuid, { deleted_at: sqlTime(timestamp(now)), placing_cell_id: null }, now);
  await releaseInstancePorts(tx, home.uuid);
  await removeGroupMember(tx, home.uuid);
  await tx.deleteFrom('hold_changes').where('instance_uuid', '=', home.uuid).execute();
  await giveQuota(tx, home.projectId, { instances: 1, cores: home.vcpus, ram: home.ramMb });
}

/** Drops the rows of what was deleted, and not touched since, before this time. @returns how many are gone; at most `limit`. */
export async function purgeDeletedHomes(directory: Directory, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await directory.write
    .deleteFrom('instance_homes')
    .where('state', '=', 'deleted')
    .where('updated_at', '<', sqlTime(timestamp(before)))
    .limit(limit)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
