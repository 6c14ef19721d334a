import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../deploy/checks/programs.ts';
import { readTestReport } from '../../../deploy/checks/test-report.ts';

describe('the report of a test project', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volvox-test-report-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('names each test that failed, and how its message begins', async () => {
    const path = await written('tests.json', [
      file('test/unit/a.test.ts', 'failed', [
        {
          fullName: 'a server is built',
          status: 'failed',
          failureMessages: ['\x1b[31mAssertionError: 1 is not 2\x1b[0m'],
        },
        { fullName: 'a server is deleted', status: 'passed', failureMessages: [] },
      ]),
      file('test/unit/b.test.ts', 'passed', [{ fullName: 'a port is bound', status: 'passed', failureMessages: [] }]),
    ]);
    expect(readTestReport('unit', path)).toEqual({
      passed: 2,
      failed: 1,
      failures: ['unit: test/unit/a.test.ts > a server is built\n    AssertionError: 1 is not 2'],
    });
  });

  it('names a file of which no test could be run', async () => {
    const path = await written('file.json', [file('test/unit/a.test.ts', 'failed', [], 'Cannot find module')]);
    expect(readTestReport('unit', path).failures).toEqual(['unit: test/unit/a.test.ts\n    Cannot find module']);
  });

  it('counts a report that was not written as a failure', () => {
    expect(readTestReport('unit', join(folder, 'absent.json'))).toEqual({
      passed: 0,
      failed: 1,
      failures: ['unit: no report was written'],
    });
  });

  async function written(name: string, files: readonly ReturnType<typeof file>[]): Promise<string> {
    const tests = files.flatMap(({ assertionResults }) => assertionResults);
    const count = (status: string) => tests.filter((test) => test.status === status).length;
    const path = join(folder, name);
    await writeFile(
      path,
      JSON.stringify({ numPassedTests: count('passed'), numFailedTests: count('failed'), testResults: files }),
    );
    return path;
  }
});

interface ReportedTest {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

function file(path: string, status: string, assertionResults: readonly ReportedTest[], message = '') {
  return { name: join(REPOSITORY, path), status, message, assertionResults };
}
