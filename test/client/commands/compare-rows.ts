import { expect } from 'vitest';
import type { Found, ReadCommand } from './read-command.ts';

type Source = ReadCommand['columns'][string];

function fieldOf(one: Found, source: Source): unknown {
  const value = typeof source === 'string' ? one[source] : source(one);
  if (value === undefined) throw new Error(`the API says nothing of ${String(source)}: ${JSON.stringify(one)}`);
  return value;
}

/**
 * @param printed the rows of the client, by column. @param form how the client writes a value.
 * @throws (an assertion) when a row or a column of these is missing or differs.
 */
export function compareRows(
  { at, columns }: ReadCommand,
  printed: readonly Found[],
  answer: Found,
  form: (value: unknown) => unknown,
): void {
  const names = Object.keys(columns);
  const rows = [answer[at]].flat() as readonly Found[];
  expect(rows.length).toBeGreaterThan(0);
  const row = (value: (name: string) => unknown): Found => Object.fromEntries(names.map((name) => [name, value(name)]));
  const byText = (list: readonly Found[]): readonly Found[] =>
    list.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  const expected = rows.map((one) => row((name) => form(fieldOf(one, columns[name] ?? name))));
  const found = printed.map((one) => row((name) => one[name]));
  expect(byText(found)).toEqual(byText(expected));
}
