import { sql } from 'kysely';
import { selectRows } from '#platform/database/raw-select.ts';
import { DEFINITION_KINDS, type DefinitionKey, type KnownDefinition } from '#platform/objects/definitions.ts';
import type { CellReader } from '../../cell-database.ts';
import { DEFINED_TABLES } from './defined-tables.ts';

const ALL = sql`(${sql.join(
  DEFINITION_KINDS.map(
    (kind) => sql`SELECT ${sql.lit(kind)} AS kind, id, generation FROM ${sql.table(DEFINED_TABLES[kind])}`,
  ),
  sql` UNION ALL `,
)}) AS known`;

/** How many definitions there are, and their checksum as the door tells it. */
export async function digestOfDefinitions(
  read: CellReader,
): Promise<{ readonly count: number; readonly digest: string }> {
  const [row] = await selectRows<{ count: number | string; digest: number | string | null }>(
    read,
    sql`SELECT COUNT(*) AS count, SUM(CRC32(CONCAT_WS('/', kind, id, generation))) AS digest FROM ${ALL}`,
  );
  return { count: Number(row?.count ?? 0), digest: String(row?.digest ?? 0) };
}

/** A page of them, by kind and id. */
export async function listDefinitions(
  read: CellReader,
  after: DefinitionKey | null,
  limit: number,
): Promise<KnownDefinition[]> {
  if (limit === 0) return [];
  const rows: KnownDefinition[] = [];
  for (const kind of DEFINITION_KINDS) {
    if (after !== null && kind < after.kind) continue;
    let query = read.selectFrom(DEFINED_TABLES[kind]).select(['id', 'generation']);
    if (after?.kind === kind) query = query.where('id', '>', after.id);
    const some = await query
      .orderBy('id')
      .limit(limit - rows.length)
      .execute();
    rows.push(...some.map(({ id, generation }) => ({ kind, id, generation })));
    if (rows.length === limit) break;
  }
  return rows;
}

/** A host that has lost its network agent takes nothing new. */
export async function takesDefinitions(read: CellReader): Promise<boolean> {
  const row = await read
    .selectFrom('hosts')
    .select('id')
    .where('enforces_groups', '=', 1)
    .where('network_agent_id', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
