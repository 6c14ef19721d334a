import { sql } from 'kysely';
import type { PresentInstance } from '#platform/contracts/door-moves.ts';
import { MOVE_IN, MOVE_OUT } from '#platform/contracts/moves.ts';
import type { CellReader } from '../cell-database.ts';

/** A move handles the instance in this cell: only the operation of the move decides what happens to it. */
const inMove = sql<number>`(instances.presence <> 'here'
  OR EXISTS (SELECT 1 FROM moves_out o WHERE o.instance_uuid = instances.uuid AND o.operation_id IS NOT NULL
    AND o.reached NOT IN (${sql.join(MOVE_OUT.ends)}))
  OR EXISTS (SELECT 1 FROM moves_in i WHERE i.instance_uuid = instances.uuid AND i.operation_id IS NOT NULL
    AND i.reached NOT IN (${sql.join(MOVE_IN.ends)})))`;

/** Instances in this cell that are not deleted, sorted by uuid, after `after`. */
export async function listPresent(read: CellReader, after: string | null, limit: number): Promise<PresentInstance[]> {
  const rows = await read
    .selectFrom('instances')
    .select(['uuid', 'epoch', inMove.as('moving')])
    .where('deleted_at', 'is', null)
    .where('uuid', '>', after ?? '')
    .orderBy('uuid')
    .limit(limit)
    .execute();
  return rows.map(({ uuid, epoch, moving }) => ({ uuid, epoch, moving: Number(moving) === 1 }));
}

/** Whether a move handles this instance. */
export async function isInMove(read: CellReader, uuid: string): Promise<boolean> {
  const row = await read
    .selectFrom('instances')
    .select(inMove.as('moving'))
    .where('uuid', '=', uuid)
    .executeTakeFirst();
  return Number(row?.moving ?? 0) === 1;
}
