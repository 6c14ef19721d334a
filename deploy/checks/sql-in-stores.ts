import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sourceFiles } from './source-files.ts';

interface MisplacedStatement {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const FOLDERS = ['api', 'scheduler', 'super-conductor', 'cell', 'platform'];
/** Where statements stand: stores, migrations, and the tables that every database has. */
const STORES = /(?:\/stores\/|\/migrations\/|^platform\/database\/)/;
const SHARED: readonly string[] = [
  'platform/operations/sql-store.ts',
  'platform/operations/sql-claims.ts',
  'platform/audit/finding-store.ts',
  'platform/audit/sighting-store.ts',
];
const STATEMENT =
  /\.(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(|\b(?:update|upsert|delete)Rows\(|\bsql(?:<[^`]*>)?`/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;

/**
 * Every SQL statement outside of the stores. A statement elsewhere is not found by whoever changes the
 * table, and no store can promise what it keeps.
 */
export function findStatementsOutsideStores(repository: string): MisplacedStatement[] {
  return FOLDERS.flatMap((folder) => sourceFiles(join(repository, folder))).flatMap((path) => {
    const file = relative(repository, path);
    if (STORES.test(file) || SHARED.includes(file)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, index) =>
        !COMMENT.test(text) && STATEMENT.test(text) ? [{ file, line: index + 1, text: text.trim() }] : [],
      );
  });
}
