import { sql } from 'kysely';
import { selectWithPatterns } from '../../database/pattern-query.ts';
import { selectRows } from '../../database/raw-select.ts';
import { isCostlyPattern, matchesPattern } from '../../database/user-pattern.ts';
import type { Directory } from '../directory.ts';

/**
 * The indexes of the texts that match a user's regular expression, without regard to case, line by line.
 * @throws VolvoxError invalid for what is no regular expression, or takes too long.
 */
export async function indexesMatching(
  directory: Pick<Directory, 'read' | 'patterns'>,
  texts: readonly string[],
  pattern: string,
  asker: { readonly key: string; readonly signal: AbortSignal },
): Promise<ReadonlySet<number>> {
  const query = sql<{ position: number }>`SELECT position FROM JSON_TABLE(${JSON.stringify(texts)}, '$[*]'
    COLUMNS (position FOR ORDINALITY, content LONGTEXT PATH '$')) AS texts
    WHERE ${matchesPattern(sql`content`, pattern)}`;
  const rows = isCostlyPattern(pattern)
    ? await selectWithPatterns(directory.patterns, query, asker)
    : await selectRows(directory.read, query);
  return new Set(rows.map((row) => Number(row.position) - 1));
}
