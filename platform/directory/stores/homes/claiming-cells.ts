import type { Reader } from '../../../database/database.ts';
import type { DirectoryTables } from '../../tables.ts';
import { storedHomeState } from './home-state.ts';

/** An instance, and the cells that may have claimed capacity for it: its own, the one that is asked to build it, the one that it moves to. */
export interface ClaimingCells {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly cellIds: readonly string[];
}

/** Every condition that is given must hold. */
type Of = { readonly uuids: readonly string[] } | { readonly projectId: string; readonly userId?: string | undefined };

/** Of instances that are not deleted, by uuid. One statement, by an index. */
export async function claimingCells(read: Reader<DirectoryTables>, of: Of): Promise<readonly ClaimingCells[]> {
  let query = read
    .selectFrom('instance_homes')
    .select(['uuid', 'project_id', 'user_id', 'cell_id', 'placing_cell_id', 'moving_cell_id'])
    .where('state', 'in', (['accepted', 'placed', 'buried'] as const).map(storedHomeState))
    .orderBy('uuid');
  if ('uuids' in of) query = query.where('uuid', 'in', ['', ...of.uuids]);
  else {
    query = query.where('project_id', '=', of.projectId);
    if (of.userId !== undefined) query = query.where('user_id', '=', of.userId);
  }
  return (await query.execute()).map((row) => ({
    uuid: row.uuid,
    projectId: row.project_id,
    userId: row.user_id,
    cellIds: [...new Set([row.cell_id, row.placing_cell_id, row.moving_cell_id])].filter((id) => id !== null),
  }));
}
