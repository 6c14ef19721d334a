import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './checks.ts';
import { bin, REPOSITORY, runInherited } from './programs.ts';

/** In the order in which they are run: what is quick and pure first. */
const PROJECTS = ['unit', 'integration', 'contract', 'fuzz', 'simulation', 'federation', 'client'] as const;

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Everything: the checks, then the test projects (or those named). The last line counts them all. */
async function runAll(only: readonly string[]): Promise<Counts> {
  const checked = await runChecks();
  let total: Counts = checked ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  for (const project of PROJECTS.filter((name) => only.length === 0 || only.includes(name))) {
    const counts = await runProject(project);
    total = { passed: total.passed + counts.passed, failed: total.failed + counts.failed };
  }
  return total;
}

async function runProject(project: string): Promise<Counts> {
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
  const counts = countsIn(results);
  // A suite that could not even be loaded, or an error outside of any test, has no test that failed.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsIn(path: string): Counts {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    return { passed: parsed.numPassedTests, failed: parsed.numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

const { passed, failed } = await runAll(process.argv.slice(2));
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
