import { type RawBuilder, sql } from 'kysely';

/**
 * The one way in which text is kept and compared: utf8mb4, code point by code point, trailing blanks included. Two texts are equal when they
 * are the same text. MariaDB and MySQL name this collation differently; each reads only its own name here. Every text column has
 * it, ids too: columns and parameters of one character set never meet as an "illegal mix of collations".
 */
export const EXACT_COLLATION = '/*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */';
export const EXACT_TEXT = `CHARACTER SET utf8mb4 COLLATE ${EXACT_COLLATION}`;

/** The database's default, for tables to come, and `tables` with all their columns. Can be repeated; rewrites each table once. */
export const keepTextExactly = (tables: readonly string[]): readonly string[] => [
  `ALTER DATABASE ${EXACT_TEXT}`,
  ...tables.map((table) => `ALTER TABLE ${table} CONVERT TO ${EXACT_TEXT}`),
];

/** The text of a function whose result has a collation of its own (those of JSON), to be compared exactly. */
export const exactly = (text: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`${text} COLLATE ${sql.raw(EXACT_COLLATION)}`;
