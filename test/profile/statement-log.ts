import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Arguments with which a MariaDB server writes each statement that it gets to a file. */
export const logging = (file: string): readonly string[] => ['--general-log=1', `--general-log-file=${file}`];

/** How often each statement came, most frequent first; those that differ only in their values are one. */
export type StatementCounts = ReadonlyMap<string, number>;

/** Reads what comes from now on. */
export function statementCounter(file: string): () => StatementCounts {
  const from = statSync(file).size;
  return () => countStatements(textFrom(file, from));
}

function textFrom(file: string, from: number): string {
  const bytes = Buffer.alloc(statSync(file).size - from);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, bytes, 0, bytes.length, from);
  } finally {
    closeSync(opened);
  }
  return bytes.toString();
}

/** A line of the log: perhaps a time, then the connection and the kind. A statement of several lines goes on until the next. */
const ENTRY = /^(?:\d{6}\s+[\d:]+)?\s+\d+ (Query|Execute|Connect|Quit|Prepare|Close stmt|Statistics|Ping|Init DB)\t?/m;

export function countStatements(log: string): StatementCounts {
  const counts = new Map<string, number>();
  const parts = log.split(new RegExp(ENTRY.source, 'gm'));
  for (let at = 1; at < parts.length; at += 2) {
    const kind = parts[at] ?? '';
    if (kind !== 'Query' && kind !== 'Execute' && kind !== 'Connect') continue;
    const statement = kind === 'Connect' ? 'a connection' : withoutValues(parts[at + 1] ?? '');
    counts.set(statement, (counts.get(statement) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, one], [, other]) => other - one));
}

/** Also lists of values and of rows, which are as long as the request. */
export const withoutValues = (statement: string): string =>
  statement
    .trim()
    .replace(/'(?:[^'\\]|\\.|'')*'/gs, '?')
    .replace(/\bX\?|\b0x[0-9a-f]+\b|\b\d+(?:\.\d+)?\b/gi, '?')
    .replace(/\s+/g, ' ')
    .replace(/\((?:\s*(?:\?|NULL)\s*,?)+\)/gi, '(…)')
    .replace(/\(…\)(?:\s*,\s*\(…\))+/g, '(…)');
