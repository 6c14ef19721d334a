import { sql } from 'kysely';
import type { InstancePage } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellReader } from '../cell-database.ts';
import { conditionsOf } from './instance-filter.ts';
import { comesAfter, orderOf } from './instance-sort.ts';
import { type InstanceRowOnHost, selectInstances } from './instances.ts';

/** ER_REGEXP_ERROR of MariaDB, and MySQL's family of ICU errors. */
const isRegexError = (error: unknown): boolean => {
  const { errno } = error as { errno?: unknown };
  return errno === 1139 || (typeof errno === 'number' && errno >= 3685 && errno <= 3699);
};

/**
 * A page, by keyset: its cost is that of the rows it shows, wherever in the list it is.
 * @throws VolvoxError invalid for a pattern that is no regular expression.
 */
export async function listInstanceRows(read: CellReader, page: InstancePage): Promise<InstanceRowOnHost[]> {
  let query = selectInstances(read);
  for (const condition of conditionsOf(page.filter)) query = query.where(condition);
  if (page.after !== null) query = query.where(comesAfter(page.sort, page.after));
  for (const { column, direction } of orderOf(page.sort)) query = query.orderBy(sql`${column}`, direction);
  try {
    return await query.limit(page.limit).execute();
  } catch (error) {
    if (isRegexError(error))
      throw new VolvoxError('invalid', 'A filter is not a valid regular expression.', { cause: error });
    throw error;
  }
}
