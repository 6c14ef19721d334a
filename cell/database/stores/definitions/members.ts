import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { toJson } from '#platform/database/json-column.ts';
import type { CellTx } from '../../cell-database.ts';
import type { CellTables } from '../../tables.ts';

interface Member {
  readonly groupId: string;
  readonly portId: string;
  readonly addresses: readonly string[];
}

export interface ChangedMembers {
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
  if (gone.length > 0) {
    await tx
      .updateTable('defined_members')
      .set({ gone: 1, version, changed_at: now })
      .where(areMembers(gone))
      .execute();
  }
  if (changed.length > 0) {
    const rows = changed.map(
      ({ groupId, portId, addresses }) => sql`(${groupId}, ${portId}, ${toJson(addresses)}, ${version}, 0, ${now})`,
    );
    await sql`INSERT INTO defined_members (group_id, port_id, addresses, version, gone, changed_at) VALUES ${sql.join(rows)}
      ON DUPLICATE KEY UPDATE addresses = VALUES(addresses), version = VALUES(version), gone = 0, changed_at = VALUES(changed_at)`.execute(
      tx as Kysely<CellTables>,
    );
  }
  return {
    groupIds: [...new Set([...changed.map(({ groupId }) => groupId), ...gone.map(({ group_id }) => group_id)])],
  };
}

/** The rows with these keys. */
export const areMembers = (rows: readonly { readonly group_id: string; readonly port_id: string }[]) =>
  sql<boolean>`(group_id, port_id) IN (${sql.join(rows.map((row) => sql`(${row.group_id}, ${row.port_id})`))})`;
