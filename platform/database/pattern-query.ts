import type { CompiledQuery, RawBuilder } from 'kysely';
import { VolvoxError } from '../errors/volvox-error.ts';
import { type AnyReader, executorOf } from './raw-select.ts';
import { isOverLimit, withLimit } from './statement-limit.ts';

/** Below what a list waits for a cell: who gave the pattern hears what is wrong, and no cell counts as silent for it. */
const LIMIT_MS = 500;

/** ER_REGEXP_ERROR of MariaDB, and MySQL's family of errors of its expression engine. */
const isPatternError = (errno: unknown): boolean =>
  errno === 1139 || (typeof errno === 'number' && errno >= 3685 && errno <= 3699);

/**
 * Runs a SELECT that holds users' regular expressions against rows. The engine ends one match by its own limit; the statement is cut
 * between two of them.
 * @throws VolvoxError invalid for what is no regular expression, or takes too long.
 */
export async function selectWithPatterns<R>(
  read: AnyReader,
  query: CompiledQuery<R> | RawBuilder<R>,
): Promise<readonly R[]> {
  const executor = executorOf(read);
  const compiled = 'sql' in query ? query : query.compile(executor);
  try {
    return (await executor.getExecutor().executeQuery<R>(withLimit(compiled, LIMIT_MS))).rows;
  } catch (cause) {
    const { errno } = cause as { errno?: unknown };
    if (isOverLimit(cause)) {
      throw new VolvoxError('invalid', 'A filter took too long to match its regular expression.', { cause });
    }
    if (isPatternError(errno)) {
      throw new VolvoxError('invalid', 'A filter is not a valid regular expression.', { cause });
    }
    throw cause;
  }
}
