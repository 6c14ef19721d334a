import { MOVE_IN } from '#platform/contracts/moves.ts';
import type { CellTx } from '../cell-database.ts';
import { releaseClaims } from './claims.ts';
import { setDesiredBindings } from './port-bindings.ts';

/**
 * Releases claims and ports whose guest has no row: a resize was interrupted after it claimed capacity and before it created the guest. An
 * incoming move also claims before it creates its guest; its own operation releases that claim.
 * @returns the hosts that changed.
 */
export async function releaseLooseEnds(tx: CellTx, instanceUuid: string, now: number): Promise<readonly string[]> {
  const loose = await tx
    .selectFrom('claims')
    .leftJoin('guests', 'guests.id', 'claims.guest_id')
    .select('claims.guest_id')
    .where('claims.instance_uuid', '=', instanceUuid)
    .where('guests.id', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('moves_in')
            .select('move_id')
            .whereRef('moves_in.guest_id', '=', 'claims.guest_id')
            .where('reached', 'not in', MOVE_IN.ends),
        ),
      ),
    )
    .execute();
  const ids = loose.map((row) => row.guest_id);
  if (ids.length === 0) return [];
  await setDesiredBindings(tx, ids, { present: false, leaving: true }, now);
  return releaseClaims(tx, ids);
}
