import type { Kysely, RawBuilder, RawNode } from 'kysely';

/** A `Reader` of whatever tables. */
export interface AnyReader {
  readonly selectFrom: unknown;
}

/**
 * The rows of a SELECT that the query builder cannot say.
 * @throws Error when the statement is no SELECT: a reader does not write.
 */
export async function selectRows<Row>(read: AnyReader, statement: RawBuilder<Row>): Promise<Row[]> {
  const [start = ''] = (statement.toOperationNode() as RawNode).sqlFragments;
  if (!/^\s*\(?\s*SELECT\b/i.test(start))
    throw new Error(`a reader runs SELECT only, not: ${start.trim().slice(0, 40)}`);
  return (await statement.execute(executorOf(read))).rows;
}

/** Every reader is a connection pool or a transaction, which also has the executor that the type leaves out. Of this folder only. */
export const executorOf = (read: AnyReader): Kysely<unknown> => read as unknown as Kysely<unknown>;
