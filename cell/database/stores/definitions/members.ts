import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { bySize } from '#platform/batching/by-size.ts';
import { toJson } from '#platform/database/json-column.ts';
import type { CellTx } from '../../cell-database.ts';
import type { CellTables } from '../../tables.ts';

interface Member {
  readonly groupId: string;
  readonly portId: string;
  readonly addresses: readonly string[];
}

/** Far below what a server takes as one statement. */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

interface ChangedMembers {
  /** Groups that gained or lost a member, or of which one has other addresses. */
  readonly groupIds: readonly string[];
}
export const noMembers: ChangedMembers = { groupIds: [] };

/** The groups of these ports are exactly the given ones. What stays as it is keeps its version. */
export async function changeMembers(
  tx: CellTx,
  portIds: readonly string[],
  members: readonly Member[],
  { version, now }: { readonly version: number; readonly now: number },
): Promise<ChangedMembers> {
  const before = await tx
    .selectFrom('defined_members')
    .select(['group_id', 'port_id', 'addresses'])
    .where('port_id', 'in', [...portIds])
    .where('gone', '=', 0)
    .execute();
  const keyOf = (groupId: string, portId: string) => `${groupId} ${portId}`;
  const were = new Map(before.map((row) => [keyOf(row.group_id, row.port_id), row.addresses]));
  const are = new Set(members.map(({ groupId, portId }) => keyOf(groupId, portId)));
  const changed = members.filter((one) => were.get(keyOf(one.groupId, one.portId)) !== toJson(one.addresses));
  const gone = before.filter((row) => !are.has(keyOf(row.group_id, row.port_id)));
  const rows: readonly Row[] = [
    ...changed.map(({ groupId, portId, addresses }) => ({
      ...{ group_id: groupId, port_id: portId, addresses: toJson(addresses), gone: 0 },
    })),
    ...gone.map((row) => ({ ...row, gone: 1 })),
  ];
  for (const some of bySize(rows, MAX_STATEMENT_BYTES)) await writeRows(tx, some, version, now);
  return {
    groupIds: [...new Set([...changed.map(({ groupId }) => groupId), ...gone.map(({ group_id }) => group_id)])],
  };
}

interface Row {
  readonly group_id: string;
  readonly port_id: string;
  readonly addresses: string;
  readonly gone: number;
}

/** Each by its key: the server needs hundreds of milliseconds to plan an UPDATE with as many pairs, where several keys fit. */
async function writeRows(tx: CellTx, rows: readonly Row[], version: number, now: number): Promise<void> {
  const values = rows.map(
    (row) => sql`(${row.group_id}, ${row.port_id}, ${row.addresses}, ${version}, ${row.gone}, ${now})`,
  );
  await sql`INSERT INTO defined_members (group_id, port_id, addresses, version, gone, changed_at) VALUES ${sql.join(values)}
    ON DUPLICATE KEY UPDATE addresses = VALUES(addresses), version = VALUES(version), gone = VALUES(gone),
      changed_at = VALUES(changed_at)`.execute(tx as Kysely<CellTables>);
}
