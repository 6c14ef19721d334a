import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import { moment } from '../moment.ts';

/** Idle instances whose resize was finished before, and is neither confirmed nor reverted. `before`: ms since the epoch. */
export async function resizedBefore(read: CellReader, before: number, limit: number) {
  const rows = await read
    .selectFrom('instances')
    .innerJoin('server_migrations', 'server_migrations.instance_uuid', 'instances.uuid')
    .select(['instances.uuid', 'instances.project_id', 'instances.user_id'])
    .where('instances.vm_state', '=', 'resized')
    .where('instances.operation_id', 'is', null)
    .where('instances.presence', '=', 'here')
    .where('instances.deleted_at', 'is', null)
    .where('server_migrations.status', '=', 'finished')
    .where('server_migrations.updated_at', '<', moment(before))
    .limit(limit)
    .execute();
  return cellRows(rows);
}
