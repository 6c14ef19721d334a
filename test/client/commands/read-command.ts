import { expect } from 'vitest';

/** A part of an answer of the API. */
export type Found = Readonly<Record<string, unknown>>;
/** The field of the API's answer that a column shows, or how the client makes the column of it. */
type Source = string | ((one: Found) => unknown);

/** The microversion of commands that name none. */
export const LATEST = '2.90';

/** A command that reads. What it prints must be what the API answers at `path`. */
export interface ReadCommand {
  readonly run: string;
  readonly path: string;
  /** The member of the answer with the one or the many that are printed. */
  readonly at: string;
  /** Of each column that is compared. A row of the API without that field, and an answer without rows, fail. */
  readonly columns: Readonly<Record<string, Source>>;
  /** The microversion of the client and of the answer; absent: LATEST. */
  readonly version?: string;
}

/** The columns that have the names of their fields. */
export const same = (...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, name]));

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
