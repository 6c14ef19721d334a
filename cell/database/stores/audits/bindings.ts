import { sql } from 'kysely';
import { selectRows } from '#platform/database/raw-select.ts';
import type { CellReader, CellTx } from '../../cell-database.ts';
import { type CellRow, cellRowOrNull } from '../../cell-row.ts';
import { idleDifferences, idleOnly, MAX_DIFFERENCES } from './unfinished.ts';

/** Bindings of idle instances that are to stay and whose guest does not exist. */
export const bindingsWithoutGuest = idleDifferences((read: CellReader) =>
  read
    .selectFrom('port_bindings')
    .leftJoin('guests', 'guests.id', 'port_bindings.guest_id')
    .select(['port_bindings.id', 'port_bindings.guest_id', 'port_bindings.port_id', 'port_bindings.instance_uuid'])
    .where('guests.id', 'is', null)
    .where('port_bindings.leaving', '=', 0),
);

interface FewerBindingsRow {
  readonly instance_uuid: string;
  readonly epoch: number;
  readonly build: string;
  readonly host: string;
  readonly host_id: string;
  readonly guest_id: string;
  /** The ports that are bound, separated by commas; null: none. */
  readonly bound: string | null;
}

export type FewerBindings = CellRow<FewerBindingsRow>;

/** Instances whose current guest has fewer bindings to be plugged than the instance has ports. With `uuid` only that instance. */
async function withFewerBindings(read: CellReader, uuid: string | null): Promise<readonly FewerBindingsRow[]> {
  const plugged = sql`FROM port_bindings b WHERE b.guest_id = g.id AND b.present = 1 AND b.leaving = 0`;
  return selectRows(
    read,
    sql<FewerBindingsRow>`SELECT i.uuid AS instance_uuid, i.epoch, i.build, h.name AS host, g.host_id,
      g.id AS guest_id, (SELECT GROUP_CONCAT(b.port_id) ${plugged}) AS bound
    FROM instances i JOIN guests g ON g.id = i.guest_id JOIN hosts h ON h.id = g.host_id
    WHERE i.deleted_at IS NULL AND i.presence = 'here' AND i.operation_id IS NULL AND g.role = 'current'
      ${uuid === null ? sql`` : sql`AND i.uuid = ${uuid}`}
      AND JSON_LENGTH(i.build, '$.ports') > (SELECT COUNT(*) ${plugged} AND b.parent_port_id IS NULL)
    LIMIT ${MAX_DIFFERENCES}`,
  );
}

/** Those that no operation works at. */
export const idleWithFewerBindings = async (read: CellReader): Promise<readonly FewerBindings[]> =>
  idleOnly(read, await withFewerBindings(read, null));

/** This instance, when it is one of them. */
export const fewerBindingsOf = async (read: CellReader, uuid: string): Promise<FewerBindings | null> =>
  cellRowOrNull((await withFewerBindings(read, uuid))[0]);

/** Sets bindings of these ports that are to stay to plugged. @returns the ports that are bound to the guest. */
export async function plugAgain(
  tx: CellTx,
  guestId: string,
  ports: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  await tx
    .updateTable('port_bindings')
    .set((eb) => ({ present: 1, generation: eb('generation', '+', 1), settled: 0, changed_at: now }))
    .where('guest_id', '=', guestId)
    .where('port_id', 'in', ports)
    .where('leaving', '=', 0)
    .execute();
  const bound = await tx
    .selectFrom('port_bindings')
    .select('port_id')
    .where('guest_id', '=', guestId)
    .where('leaving', '=', 0)
    .execute();
  return new Set(bound.map((binding) => binding.port_id));
}
