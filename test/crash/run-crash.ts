import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CRASH_FAULTS } from './crash-faults.ts';
import { crashTable, isGood, progressLine } from './crash-table.ts';
import { openCrashWorld } from './crash-world.ts';
import { type Round, runRound } from './round.ts';
import { tableRows } from './table-rows.ts';

const HELP = `npm run test:crash -- [options]

The crash table. For each step of each operation, before it is done and after it is done but not yet written, a server is held there; then one
fault strikes all of them at once, the holds are let go, and each has to come to its end within 60 s: one copy, the right power, even
books, nothing left over. It starts a region of two cells with simulated hosts of its own and removes it. With everything, it writes
docs/crash-table.md. Ends with 1 when anything is not as promised.

  --only KIND   only operations of this kind (${[...new Set(tableRows().map(({ kind }) => kind))].join(', ')}); may be repeated
  --fault NAME  only this fault (${CRASH_FAULTS.map(({ name }) => name).join(', ')}); may be repeated
`;
const HOSTS = 8;
const REPORT = resolve(import.meta.dirname, '../../docs/crash-table.md');

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    fault: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const rows = tableRows().filter(({ kind }) => options.only?.includes(kind) ?? true);
  const faults = CRASH_FAULTS.filter(({ name }) => options.fault?.includes(name) ?? true);
  const rounds: Round[] = [];
  const world = await openCrashWorld({ simulatedHosts: HOSTS });
  try {
    for (const fault of faults) {
      const concerned = rows.filter(({ action }) => action === 'move' || !fault.movesOnly);
      if (concerned.length === 0) continue;
      const from = Date.now();
      const round = await runRound(world, fault, concerned);
      rounds.push(round);
      say(progressLine(round, (Date.now() - from) / 1000));
    }
  } finally {
    await world.close();
  }
  if (options.only === undefined && options.fault === undefined)
    writeFileSync(REPORT, crashTable(rows, rounds, 'Simulated hosts'));
  process.exitCode = rounds.every(isGood) ? 0 : 1;
}

if (options.help) process.stdout.write(HELP);
else await main();
