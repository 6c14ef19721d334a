import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import { moment } from '../moment.ts';

/** Idle instances that were soft-deleted before. `before`: ms since the epoch. */
export async function softDeletedBefore(read: CellReader, before: number, limit: number) {
  const rows = await read
    .selectFrom('instances')
    .select(['uuid', 'project_id', 'user_id'])
    .where('vm_state', '=', 'soft-delete')
    .where('operation_id', 'is', null)
    .where('presence', '=', 'here')
    .where('deleted_at', 'is', null)
    .where('soft_deleted_at', '<', moment(before))
    .limit(limit)
    .execute();
  return cellRows(rows);
}
