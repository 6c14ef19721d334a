import { sql } from 'kysely';
import type { InstanceFilter, InstancePage } from '#platform/contracts/door.ts';
import { selectWithPatterns } from '#platform/database/pattern-query.ts';
import type { CellReader } from '../cell-database.ts';
import { conditionsOf } from './instance-filter.ts';
import { comesAfter, sortOrderOf } from './instance-sort.ts';
import { type ShownRow, selectListed, shownRow } from './instances.ts';

const hasPattern = (filter: InstanceFilter): boolean => Object.keys(filter).some((key) => key.endsWith('Regex'));

/**
 * A page of a list, by keyset: it costs as much as the rows that it shows, at any position in the list.
 * @throws VolvoxError invalid for a pattern that is no regular expression, or takes too long.
 */
export async function listInstanceRows(read: CellReader, page: InstancePage): Promise<readonly ShownRow[]> {
  let query = selectListed(read, page.withUserData === true).where('instances.presence', '=', 'here');
  for (const condition of conditionsOf(page.filter)) query = query.where(condition);
  if (page.after !== null) query = query.where(comesAfter(page.sort, page.after));
  for (const { column, direction } of sortOrderOf(page.sort)) query = query.orderBy(sql`${column}`, direction);
  query = query.limit(page.limit);
  const rows = hasPattern(page.filter) ? await selectWithPatterns(read, query.compile()) : await query.execute();
  return rows.map(shownRow);
}
