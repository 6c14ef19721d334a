import type { Command } from 'commander';
import { type ApiClient, login } from '../client/api-client.ts';
import { believe } from './believe.ts';
import { findCredentials } from './credentials.ts';
import { asJson, asTable, asText, type Row } from './output.ts';
import { printable } from './printable.ts';

/** What a command works with: who asks, and how the answer is printed. */
export interface Session {
  readonly api: ApiClient;
  /** A list of things, one line each. */
  list(rows: readonly Row[]): void;
  /** One thing, one line a field. */
  show(row: Row): void;
  say(line: string): void;
  /** Says on stderr which cells an answer lacks. */
  missing(silentCells: readonly string[]): void;
  /** Answers are printed as JSON: one document a command. */
  readonly json: boolean;
}

/** Logs in as the options of the program say. */
export async function openSession(program: Command, role: 'user' | 'admin' = 'user'): Promise<Session> {
  const { osCloud, json } = program.opts<{ osCloud?: string; json?: boolean }>();
  const print = (text: string): void => {
    process.stdout.write(text);
  };
  const credentials = findCredentials(osCloud, role);
  if (credentials.caFile !== undefined) believe(credentials.caFile);
  return {
    api: await login(credentials),
    list: (rows) => print(json ? asJson(rows) : asTable(rows)),
    show: (row) => print(json ? asJson(row) : asText(row)),
    say: (line) => {
      if (!json) print(printable(`${line}\n`));
    },
    missing: (silentCells) => {
      if (silentCells.length > 0)
        process.stderr.write(printable(`volvox: incomplete: ${silentCells.join(', ')} did not answer\n`));
    },
    json: json ?? false,
  };
}
