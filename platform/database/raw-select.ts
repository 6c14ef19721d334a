import type { Kysely, RawBuilder, RawNode } from 'kysely';
import { VolvoxError } from '../errors/volvox-error.ts';
import { isOverLimit, withLimit } from './statement-limit.ts';

/** A `Reader` of whatever tables. */
export interface AnyReader {
  readonly selectFrom: unknown;
}

/**
 * The rows of a SELECT that the query builder cannot say.
 * @param limitMs the server ends the statement after so long; without it, when it is done.
 * @throws Error when the statement is no SELECT: a reader does not write.
 * @throws VolvoxError unavailable when it was ended.
 */
export async function selectRows<Row>(read: AnyReader, statement: RawBuilder<Row>, limitMs?: number): Promise<Row[]> {
  const [start = ''] = (statement.toOperationNode() as RawNode).sqlFragments;
  if (!/^\s*\(?\s*SELECT\b/i.test(start))
    throw new Error(`a reader runs SELECT only, not: ${start.trim().slice(0, 40)}`);
  const executor = executorOf(read);
  if (limitMs === undefined) return (await statement.execute(executor)).rows;
  try {
    return (await executor.getExecutor().executeQuery<Row>(withLimit(statement.compile(executor), limitMs))).rows;
  } catch (cause) {
    if (!isOverLimit(cause)) throw cause;
    throw new VolvoxError('unavailable', 'This list takes too long now; fewer filters and sort keys make it faster.', {
      cause,
    });
  }
}

/** Every reader is a connection pool or a transaction, which also has the executor that the type leaves out. Of this folder only. */
export const executorOf = (read: AnyReader): Kysely<unknown> => read as unknown as Kysely<unknown>;
