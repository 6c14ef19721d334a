import type { RegionSql, Sql } from '../../support/books/region-sql.ts';

/** How many rows each table of the directory and of the cells has, but for those that keep what has been. */
export async function tableCounts({ directory, cells }: RegionSql): Promise<ReadonlyMap<string, number>> {
  const all = await Promise.all(
    [{ name: 'directory', sql: directory }, ...cells].map(async ({ name, sql }) =>
      (await countsIn(sql)).map(([table, n]) => [`${name}: ${table}`, n] as const),
    ),
  );
  return new Map(all.flat());
}

/** Operations and their records, cells that take definitions, deleted servers, keys, quotas, tokens, sightings, findings and rounds of auditors. */
const KEEPS_WHAT_WAS =
  /operation|instance|idempot|quota|usage|token|revo|sighting|finding|audit|scheduling|login|reservation|hold_changes|server_images|migration|told|leases|action|released_builds|enforcing_cells/;
/** Members that have gone are kept for a while, so that agents hear of it. */
const WHERE: Readonly<Record<string, string>> = { defined_members: ' WHERE gone = 0' };

async function countsIn(sql: Sql): Promise<readonly (readonly [string, number])[]> {
  const tables = await sql.rows<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const names = tables.map(({ name }) => name).filter((name) => !KEEPS_WHAT_WAS.test(name));
  const union = names
    .map((name) => `SELECT '${name}' AS name, COUNT(*) AS n FROM \`${name}\`${WHERE[name] ?? ''}`)
    .join(' UNION ALL ');
  return (await sql.rows<{ name: string; n: number | string }>(union)).map(({ name, n }) => [name, Number(n)]);
}

export const countDifferences = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] =>
  [...after].flatMap(([table, n]) => {
    const was = before.get(table) ?? 0;
    return n === was ? [] : [`${table} has ${n} rows, and had ${was}`];
  });
