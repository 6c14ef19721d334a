import { printable, printableLine } from './printable.ts';

export type Row = Readonly<Record<string, unknown>>;

export const asJson = (value: unknown): string => printable(`${JSON.stringify(value, null, 2)}\n`);

/** Columns as wide as what stands in them; the first row names them. */
export function asTable(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '(none)\n';
  const columns = Object.keys(first);
  const lines = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => cell(row[name]))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One line a field. */
export function asText(row: Row): string {
  const width = Math.max(0, ...Object.keys(row).map((name) => name.length));
  return Object.entries(row)
    .map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}\n`)
    .join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return printableLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
