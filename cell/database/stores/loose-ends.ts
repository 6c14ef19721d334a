import { MOVE_IN } from '#platform/contracts/moves.ts';
import type { CellTx } from '../cell-database.ts';
import { releaseClaims } from './claims.ts';
import { setDesiredBindings } from './port-bindings.ts';

/**
 * Gives back what was taken for copies that were never made (a resize that was interrupted between its claim and its copy): claims
 * and ports whose guest has no row. A move that comes in claims before it makes its copy, too: its own operation gives that back.
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
