import { findStaleTypes } from './generated.ts';
import { findImportCycles } from './import-cycles.ts';
import { bin, REPOSITORY, runInherited } from './programs.ts';
import { findLeakedRows } from './rows-in-stores.ts';
import { findStatementsOutsideStores } from './sql-in-stores.ts';
import { findUnusedExports } from './unused-exports.ts';
import { findVersionComparisons } from './version-comparisons.ts';
import { findForbiddenImports } from './walls.ts';
import { findWordProblems } from './words.ts';

/**
 * Types (with the walls between folders, which the compiler sees as TS6307), the walls that it cannot see, comparisons of
 * microversions outside of the version tables, SQL outside of the stores, rows that leave them, import cycles, exports that nobody imports, generated types that are
 * not what the routes say, retired words and long lines of Markdown, lint and format.
 * Every check runs, also when an earlier one failed; but the one of rows reads what the compiler wrote.
 */
export async function runChecks(): Promise<boolean> {
  const types = await passes('types', bin('tsc'), ['-b']);
  const walls = wallsStand();
  const versions = versionsStandInTables();
  const sql = sqlStandsInStores();
  const rows = types && rowsStayInStores();
  const cycles = noCycles();
  const used = exportsAreUsed();
  const fresh = await typesAreFresh();
  const words = wordsAreCurrent();
  const lint = await passes('lint and format', bin('biome'), ['check', '--error-on-warnings', '.']);
  return types && walls && versions && sql && rows && cycles && used && fresh && words && lint;
}

function wallsStand(): boolean {
  const forbidden = findForbiddenImports(REPOSITORY);
  for (const { file, line, imported, rule } of forbidden) {
    process.stdout.write(`${file}:${line}: imports ${imported}: ${rule}\n`);
  }
  process.stdout.write(`${forbidden.length === 0 ? 'ok     ' : 'FAILED '} walls\n`);
  return forbidden.length === 0;
}

function versionsStandInTables(): boolean {
  const comparisons = findVersionComparisons(REPOSITORY);
  for (const { file, line, text } of comparisons) {
    process.stdout.write(`${file}:${line}: compares a microversion; ask a table of api/http/since.ts: ${text}\n`);
  }
  process.stdout.write(`${comparisons.length === 0 ? 'ok     ' : 'FAILED '} version tables\n`);
  return comparisons.length === 0;
}

function sqlStandsInStores(): boolean {
  const statements = findStatementsOutsideStores(REPOSITORY);
  for (const { file, line, text } of statements) {
    process.stdout.write(`${file}:${line}: SQL outside of the stores: ${text}\n`);
  }
  process.stdout.write(`${statements.length === 0 ? 'ok     ' : 'FAILED '} SQL in stores\n`);
  return statements.length === 0;
}

function rowsStayInStores(): boolean {
  const leaked = findLeakedRows(REPOSITORY);
  for (const { file, line, name, shows } of leaked) {
    process.stdout.write(`${file}:${line}: ${name} gives rows to its callers (${shows}); give records in camel case\n`);
  }
  process.stdout.write(`${leaked.length === 0 ? 'ok     ' : 'FAILED '} rows in stores\n`);
  return leaked.length === 0;
}

function noCycles(): boolean {
  const cycles = findImportCycles(REPOSITORY);
  for (const cycle of cycles) process.stdout.write(`import cycle: ${cycle.join(' → ')}\n`);
  process.stdout.write(`${cycles.length === 0 ? 'ok     ' : 'FAILED '} import cycles\n`);
  return cycles.length === 0;
}

function exportsAreUsed(): boolean {
  const unused = findUnusedExports(REPOSITORY);
  for (const { file, line, name } of unused)
    process.stdout.write(
      `${file}:${line}: no other file imports ${name}, or only tests do and its own file does not use it\n`,
    );
  process.stdout.write(`${unused.length === 0 ? 'ok     ' : 'FAILED '} exports\n`);
  return unused.length === 0;
}

async function typesAreFresh(): Promise<boolean> {
  const stale = await findStaleTypes(REPOSITORY);
  for (const file of stale) process.stdout.write(`${file}: is not what the routes say now; run: npm run generate\n`);
  process.stdout.write(`${stale.length === 0 ? 'ok     ' : 'FAILED '} generated types\n`);
  return stale.length === 0;
}

function wordsAreCurrent(): boolean {
  const problems = findWordProblems(REPOSITORY);
  for (const { file, line, message } of problems) process.stdout.write(`${file}:${line}: ${message}\n`);
  process.stdout.write(`${problems.length === 0 ? 'ok     ' : 'FAILED '} words\n`);
  return problems.length === 0;
}

async function passes(name: string, command: string, args: readonly string[]): Promise<boolean> {
  const from = Date.now();
  const code = await runInherited(command, args);
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok     ' : 'FAILED '} ${name} (${seconds} s)\n`);
  return code === 0;
}
