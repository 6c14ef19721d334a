import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import { moment } from '../moment.ts';

/** Idle instances that are shelved on a host, and were not changed since. `before`: ms since the epoch. */
export async function shelvedBefore(read: CellReader, before: number, limit: number) {
  const rows = await read
    .selectFrom('instances')
    .select(['uuid', 'project_id', 'user_id'])
    .where('vm_state', '=', 'shelved')
    .where('operation_id', 'is', null)
    .where('presence', '=', 'here')
    .where('deleted_at', 'is', null)
    .where('updated_at', '<', moment(before))
    .limit(limit)
    .execute();
  return cellRows(rows);
}
