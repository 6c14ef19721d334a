import { sql } from 'kysely';
import { selectWithPatterns } from '../../database/pattern-query.ts';
import type { DirectoryReader } from '../directory.ts';

/**
 * The indexes of the texts that match a user's regular expression, without regard to case, line by line.
 * @throws VolvoxError invalid for what is no regular expression, or takes too long.
 */
export async function indexesMatching(
  read: DirectoryReader,
  texts: readonly string[],
  pattern: string,
): Promise<ReadonlySet<number>> {
  const rows = await selectWithPatterns(
    read,
    sql<{ position: number }>`SELECT position FROM JSON_TABLE(${JSON.stringify(texts)}, '$[*]'
      COLUMNS (position FOR ORDINALITY, content LONGTEXT PATH '$')) AS texts WHERE content REGEXP ${`(?im)${pattern}`}`,
  );
  return new Set(rows.map((row) => Number(row.position) - 1));
}
