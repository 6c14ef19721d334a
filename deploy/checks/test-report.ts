import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { REPOSITORY } from './programs.ts';

/** A failure is shown by so many lines of its message. */
const SHOWN_LINES = 12;

/** What one test project's run came to. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** A text for each failure: the project, the file, the test, and how its message begins. */
  readonly failures: readonly string[];
}

/** The parts of the runner's JSON report that are read here. */
interface RunnerReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly TestResult[];
}

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[] | null;
}

/** Reads the JSON report of `project` at `path`. A runner that ended before it wrote one counts as one failure. */
export function readTestReport(project: string, path: string): TestReport {
  const report = runnerReport(path);
  if (report === undefined) return { passed: 0, failed: 1, failures: [`${project}: no report was written`] };
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    failures: report.testResults.flatMap((file) => failuresOfFile(project, file)),
  };
}

function runnerReport(path: string): RunnerReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunnerReport;
  } catch {
    return undefined;
  }
}

function failuresOfFile(project: string, file: FileResult): string[] {
  const path = `${project}: ${relative(REPOSITORY, file.name)}`;
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  // A file that could not be loaded, or whose hooks failed, has no test that failed.
  if (failed.length === 0) return file.status === 'failed' ? [failureText(path, [file.message ?? ''])] : [];
  return failed.map((test) => failureText(`${path} > ${test.fullName}`, test.failureMessages ?? []));
}

function failureText(title: string, messages: readonly string[]): string {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n').slice(0, SHOWN_LINES);
  return [title, ...lines.map((line) => `    ${line}`)].join('\n');
}
