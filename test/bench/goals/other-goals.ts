import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Result } from './goal.ts';

const run = promisify(execFile);
const BENCHES = join(import.meta.dirname, '..');
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

async function outputOf(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, [...args], { cwd: BENCHES, maxBuffer: MAX_OUTPUT_BYTES })).stdout;
}

interface Decisions {
  readonly hosts: number;
  readonly cells: number;
  readonly filling: string;
  readonly quietP99Ms: number;
  readonly decisionsPerSecond: number;
}

/** p99, ms, by the number of hosts. */
const P99_GOALS: Readonly<Record<number, number>> = { 1000: 0.3, 10000: 0.3, 100000: 2 };
const DECISIONS_GOAL = 10_000;

/** Decisions on hosts that have servers; the p99 is that of the quietest tenth. */
export async function measureSchedule(found: (result: Result) => void): Promise<void> {
  const all = JSON.parse(await outputOf('--expose-gc', join(BENCHES, 'schedule.ts'), '--json')) as readonly Decisions[];
  for (const { hosts, cells, filling, quietP99Ms, decisionsPerSecond } of all) {
    const goal = P99_GOALS[hosts];
    if (filling !== 'used' || goal === undefined) continue;
    const where = `${hosts} hosts in ${cells} cells`;
    found({ what: `decision, p99, ${where}`, unit: 'ms', goal, measured: quietP99Ms });
    found({ what: `decisions, ${where}`, unit: '/s', goal: DECISIONS_GOAL, measured: decisionsPerSecond });
  }
}

/** Pages of 100,000 servers. */
export async function measureLists(found: (result: Result) => void): Promise<void> {
  const output = await outputOf(join(BENCHES, 'lists.ts'), '--json', '--cells', '20', '--cells', '100');
  for (const line of output.split('\n').filter((one) => one !== '')) {
    const entry = JSON.parse(line) as Partial<Result>;
    if (entry.goal !== undefined) found(entry as Result);
  }
}
