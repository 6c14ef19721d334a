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
