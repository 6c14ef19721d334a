import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Step {
  readonly n: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly microversion: string | null;
  readonly admin: boolean;
  readonly request: unknown;
  /** Absent: it was not looked at. */
  readonly status?: number;
  readonly response?: unknown;
  readonly response_empty?: boolean;
  readonly unversioned?: boolean;
  readonly expect_error?: unknown;
  /** No request: wait until a server has this status. `server` is a placeholder of one. */
  readonly wait?: { readonly server: string; readonly status: string };
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What was stubbed inside Nova; see bindings.ts. */
  readonly internals: readonly string[];
}

/** Whether it needs a zone `us-west` with the host in it. */
export const inZone = (scenario: Scenario): boolean => JSON.stringify(scenario).includes('us-west');

/** The folder of the recorded scenarios: `VOLVOX_CONFORMANCE`, or `../shared/conformance` next to the repository. */
export const conformanceFolder = (): string => resolve(process.env.VOLVOX_CONFORMANCE ?? '../shared/conformance');

/** Null where the data is not there: it is no part of the repository. */
export function loadScenarios(folder: string): readonly Scenario[] | null {
  const path = join(folder, 'scenarios.jsonl');
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Scenario);
}
