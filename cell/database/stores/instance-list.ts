import { sql } from 'kysely';
import type { InstanceFilter, InstancePage } from '#platform/contracts/door.ts';
import { selectWithPatterns } from '#platform/database/pattern-query.ts';
import { checkPatternLength, isCostlyPattern } from '#platform/database/user-pattern.ts';
import type { CellDatabase } from '../cell-database.ts';
import { conditionsOf } from './instance-filter.ts';
import { comesAfter, sortOrderOf } from './instance-sort.ts';
import { type ShownRow, selectListed, shownRow } from './instances.ts';

const patternsOf = (filter: InstanceFilter): readonly (readonly [string, string])[] =>
  Object.entries(filter).flatMap(([key, value]) => (key.endsWith('Regex') ? [[key, String(value)] as const] : []));

/**
 * A page of a list, by keyset: it costs as much as the rows that it shows, at any position in the list.
 * @param signal ends the query when nobody waits for it any more.
 * @throws VolvoxError invalid for a pattern that is too long, is no regular expression, or takes too long; throttled when too many wait.
 */
export async function listInstanceRows(
  database: Pick<CellDatabase, 'read' | 'patterns'>,
  page: InstancePage,
  signal?: AbortSignal,
): Promise<readonly ShownRow[]> {
  const patterns = patternsOf(page.filter);
  for (const [key, pattern] of patterns) checkPatternLength(key, pattern);
  let query = selectListed(database.read, page.withUserData === true).where('instances.presence', '=', 'here');
  for (const condition of conditionsOf(page.filter)) query = query.where(condition);
  if (page.after !== null) query = query.where(comesAfter(page.sort, page.after));
  for (const { column, direction } of sortOrderOf(page.sort)) query = query.orderBy(sql`${column}`, direction);
  query = query.limit(page.limit);
  const isCostly = patterns.some(([, pattern]) => isCostlyPattern(pattern));
  const rows = isCostly
    ? await selectWithPatterns(database.patterns, query.compile(), { key: page.filter.projectId ?? '', signal })
    : await query.execute({ signal });
  return rows.map(shownRow);
}
