import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { CASES } from './cases.ts';
import { profileCase } from './profiled-region.ts';
import { reportOf } from './report.ts';

const HELP = `npm run profile -- --case NAME [options]

Shows where the time goes: starts a region of its own with simulated hosts, runs a case, and prints for each server (or request, or second)
the CPU time of every process, the SQL statements, the Redis commands, and the functions that ran longest. The profiler costs time itself,
and so does the log of statements: npm run bench measures without them. The CPU profiles open in Chromium's developer tools.

${CASES.map(({ name, about }) => `  --case ${name.padEnd(15)} ${about}`).join('\n')}

  --count N    so many of them (100)
  --cells N    cells (2)
  --hosts N    simulated hosts over all cells (100)
  --plain      without the functions: the CPU time is that of the processes alone
  --top N      statements and functions shown for each store and process (12)
  --out DIR    where the profiles and report.txt go (volvox-profile, in the folder for temporary files)
`;

const options = scriptOptions(
  HELP,
  {
    case: { type: 'string', default: 'create-at-once' },
    count: { type: 'string', default: '100' },
    cells: { type: 'string', default: '2' },
    hosts: { type: 'string', default: '100' },
    plain: { type: 'boolean', default: false },
    top: { type: 'string', default: '12' },
    out: { type: 'string', default: join(tmpdir(), 'volvox-profile') },
  },
  { counts: ['count', 'cells', 'hosts', 'top'], choices: { case: CASES.map(({ name }) => name) } },
);

async function main(): Promise<void> {
  const chosen = CASES.find(({ name }) => name === options.case);
  if (chosen === undefined) return;
  const out = resolve(options.out);
  const [cells, hosts, count] = [Number(options.cells), Number(options.hosts), Number(options.count)];
  const figures = await profileCase(chosen, { cells, hosts, count, functions: !options.plain, out });
  const report = reportOf(chosen, figures, { top: Number(options.top) });
  writeFileSync(join(out, 'report.txt'), report);
  process.stdout.write(`${report}\n${options.plain ? 'The report is' : 'The report and CPU profiles are'} in ${out}\n`);
}

await interruptible(main);
