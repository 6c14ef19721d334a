import type { CompiledQuery } from 'kysely';

/** ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT and ER_REGEXP_TIME_OUT of MySQL. */
const TOO_LONG: readonly unknown[] = [1969, 3024, 3699];

/**
 * The SELECT, which the server ends after so long. MariaDB alone reads what stands in a comment that begins with `M!`, and MySQL alone acts
 * on the hint.
 */
export const withLimit = <R>(query: CompiledQuery<R>, limitMs: number): CompiledQuery<R> => ({
  ...query,
  sql:
    `/*M! SET STATEMENT max_statement_time=${limitMs / 1_000} FOR */ ` +
    query.sql.replace(/^\s*select\b/i, (word) => `${word} /*+ MAX_EXECUTION_TIME(${limitMs}) */`),
});

/** Whether the server ended the statement for its limit. */
export const isOverLimit = (error: unknown): boolean => TOO_LONG.includes((error as { errno?: unknown }).errno);
