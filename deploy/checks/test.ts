import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './checks.ts';
import { bin, REPOSITORY, runInherited } from './programs.ts';
import { readTestReport, type TestReport } from './test-report.ts';

/** In the order in which they are run: what is quick and pure first. */
const PROJECTS = ['unit', 'integration', 'contract', 'fuzz', 'simulation', 'federation', 'client'] as const;

const NOTHING: TestReport = { passed: 0, failed: 0, failures: [] };

/** Everything: the checks, then the test projects (or those named). */
async function runAll(only: readonly string[]): Promise<TestReport> {
  const checked = await runChecks();
  let total: TestReport = checked ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1, failures: ['the checks'] };
  for (const project of PROJECTS.filter((name) => only.length === 0 || only.includes(name))) {
    const report = await runProject(project);
    total = {
      passed: total.passed + report.passed,
      failed: total.failed + report.failed,
      failures: [...total.failures, ...report.failures],
    };
  }
  return total;
}

async function runProject(project: string): Promise<TestReport> {
  const folder = join(REPOSITORY, '.build/test-results');
  const results = join(folder, `${project}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(results, { force: true });
  const status = await runInherited(bin('vitest'), [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ]);
  const report = readTestReport(project, results);
  if (status === 0) return report;
  // An error outside of any test, or a file that could not be loaded, has no test that failed.
  return {
    passed: report.passed,
    failed: Math.max(report.failed, 1),
    failures: report.failures.length > 0 ? report.failures : [`${project}: an error outside of any test`],
  };
}

// The failures come last, in one list, so that the end of a long log says what failed; then the line that counts.
const { passed, failed, failures } = await runAll(process.argv.slice(2));
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.join('\n')}\n\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
