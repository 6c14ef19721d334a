import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDuplicatePairs } from './duplicate-pairs.ts';
import { findImportCycles } from './import-cycles.ts';
import { countWritesThroughReaders } from './reader-writes.ts';
import { findStatementsOutsideStores } from './sql-in-stores.ts';
import { trackedFiles } from './tracked-files.ts';
import { findUnusedExports } from './unused-exports.ts';
import { findVersionComparisons } from './version-comparisons.ts';
import { allWordHits } from './words.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
}

interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly lines: number;
}

type Kind = 'sources' | 'tests' | 'generated';

/**
 * The size and the health of a checkout whose types are built (`tsc -b`): its TypeScript and JavaScript files that git tracks, and
 * what the checks find in it by the rules of this checkout.
 */
export function figuresOf(repository: string): readonly Figure[] {
  const files = trackedFiles(repository, '*.ts', '*.mjs').map((file) => read(repository, file));
  const of = (kind: Kind) => files.filter(({ file }) => kindOf(file) === kind);
  const [sources, tests, generated] = [of('sources'), of('tests'), of('generated')];
  const tracked = new Set(trackedFiles(repository));
  const words = allWordHits(repository).filter(({ file }) => tracked.has(file));
  const figure = (name: string, value: string | number): Figure => ({ name, value: String(value) });
  return [
    figure('source files', sources.length),
    figure('  lines, median', medianLines(sources)),
    figure('  largest', largest(sources)),
    figure('test files', tests.length),
    figure('  lines, median', medianLines(tests)),
    figure('  largest', largest(tests)),
    figure('generated files', generated.length),
    figure('  largest', largest(generated)),
    figure('exports nobody uses', findUnusedExports(repository).length),
    figure('retired words', words.length),
    figure('duplicate pairs in sources', findDuplicatePairs(sources).length),
    figure('duplicate pairs in tests', findDuplicatePairs(tests).length),
    figure('import cycles, of types too', findImportCycles(repository).length),
    figure('microversions compared outside of tables', findVersionComparisons(repository).length),
    figure('SQL outside of stores', findStatementsOutsideStores(repository).length),
    figure(
      'writes through a reader',
      sources.reduce((sum, { text }) => sum + countWritesThroughReaders(text), 0),
    ),
  ];
}

function read(repository: string, file: string): SourceFile {
  const text = readFileSync(join(repository, file), 'utf8');
  return { file, text, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) };
}

function kindOf(file: string): Kind {
  if (file.includes('/generated/')) return 'generated';
  return file.startsWith('test/') ? 'tests' : 'sources';
}

function medianLines(files: readonly SourceFile[]): string | number {
  const sorted = files.map(({ lines }) => lines).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? '–';
}

function largest(files: readonly SourceFile[]): string {
  const [first] = [...files].sort((one, other) => other.lines - one.lines);
  return first === undefined ? '–' : `${first.lines} ${first.file}`;
}

/** The figures of one or more checkouts, one column each, under their titles. Pure. */
export function figureTable(
  columns: readonly { readonly title: string; readonly figures: readonly Figure[] }[],
): string {
  const names = columns[0]?.figures.map(({ name }) => name) ?? [];
  const cells = [names, ...columns.map(({ figures }) => figures.map(({ value }) => value))];
  const whole = cells.map((column, index) => [columns[index - 1]?.title ?? '', ...column]);
  const widths = whole.map((column) => Math.max(...column.map((cell) => cell.length)));
  const line = (row: number) => whole.map((column, index) => (column[row] ?? '').padEnd(widths[index] ?? 0)).join('  ');
  return [...Array(names.length + 1).keys()].map((row) => `${line(row).trimEnd()}\n`).join('');
}
