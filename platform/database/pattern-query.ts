import type { CompiledQuery, RawBuilder } from 'kysely';
import { FairGate } from '../budgets/fair-gate.ts';
import { VolvoxError } from '../errors/volvox-error.ts';
import { type AnyReader, executorOf } from './raw-select.ts';
import { isOverLimit, withLimit } from './statement-limit.ts';

/** Below what a list waits for a cell: who gave the pattern hears what is wrong, and no cell counts as silent for it. */
const LIMIT_MS = 500;

/** ER_REGEXP_ERROR of MariaDB, and MySQL's family of errors of its expression engine. */
const isPatternError = (errno: unknown): boolean =>
  errno === 1139 || (typeof errno === 'number' && errno >= 3685 && errno <= 3699);

/** Connections for SELECTs with users' patterns, apart from those of all other queries. */
export interface PatternPool<Read extends AnyReader = AnyReader> {
  readonly read: Read;
  /** Keys are projects. It waits less than a list waits for a cell. */
  readonly gate: FairGate;
}

/** At once, from one process to one database. */
export const PATTERN_CONNECTIONS = 4;

export const patternPool = <Read extends AnyReader>(read: Read): PatternPool<Read> => ({
  read,
  gate: new FairGate({
    what: 'a list with a pattern',
    inFlight: PATTERN_CONNECTIONS,
    inFlightPerKey: PATTERN_CONNECTIONS / 2,
    waiting: 4 * PATTERN_CONNECTIONS,
    waitingPerKey: PATTERN_CONNECTIONS,
    maxWaitMs: 200,
  }),
});

interface PatternQuery {
  /** Whose share of the pool the query uses: a project; empty for what belongs to no project. */
  readonly key: string;
  /** Ends the statement when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a SELECT that holds users' regular expressions against rows. The engine ends one match by its own limit; the statement is cut
 * between two of them.
 * @throws VolvoxError invalid for what is no regular expression, or takes too long; throttled when too many wait.
 */
export const selectWithPatterns = <R>(
  { read, gate }: PatternPool,
  query: CompiledQuery<R> | RawBuilder<R>,
  { key, signal }: PatternQuery,
): Promise<readonly R[]> => gate.run(key, () => select(read, query, signal), signal);

async function select<R>(
  read: AnyReader,
  query: CompiledQuery<R> | RawBuilder<R>,
  signal: AbortSignal | undefined,
): Promise<readonly R[]> {
  const executor = executorOf(read);
  const compiled = 'sql' in query ? query : query.compile(executor);
  try {
    return (
      await executor
        .getExecutor()
        .executeQuery<R>(withLimit(compiled, LIMIT_MS), { signal, inflightQueryAbortStrategy: 'cancel query' })
    ).rows;
  } catch (cause) {
    const { errno } = cause as { errno?: unknown };
    if (isOverLimit(cause)) {
      throw new VolvoxError('invalid', 'A filter took too long to match its regular expression.', { cause });
    }
    if (isPatternError(errno)) {
      throw new VolvoxError(
        'invalid',
        'A filter is not a valid regular expression. Escape its special characters with a backslash.',
        { cause },
      );
    }
    throw cause;
  }
}
