import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { CRASH_FAULTS } from './crash-faults.ts';
import { crashTable, isGood, progressLine, withTable } from './crash-table.ts';
import { type CrashWorld, openCrashWorld } from './crash-world.ts';
import { type Round, runRound } from './round.ts';
import { QEMU_WAVE, tableRows, WAVES, type Wave } from './table-rows.ts';

const KINDS = [...new Set(tableRows().map(({ kind }) => kind))];
const FAULTS = CRASH_FAULTS.map(({ name }) => name);
const WAVE_NAMES = WAVES.map(({ name }) => name);
const HELP = `npm run test:crash -- [options]

The crash table. For each step of each operation, before it is done (undone) and after that but before it is written, a server is paused there;
then one fault strikes all of them at once, the pauses are lifted, and each server must reach its end within 60 s: one guest, the right power,
books that balance, nothing left over. The run starts a region of two cells of its own and removes it. With all rows of a wave and all faults
it writes that wave's part of docs/crash-table.md. Faults of the network and QEMU need root. Ends with 1 when anything is not as promised.

  --only KIND   only operations of this kind (${KINDS.join(', ')}); may be repeated
  --fault NAME  only this fault (${FAULTS.join(', ')}); may be repeated
  --wave NAME   only one part of the table (${WAVE_NAMES.join(', ')}); may be repeated
  --qemu        moves on QEMU hosts; without it, everything on simulated ones
`;
const REPORT = resolve(import.meta.dirname, '../../docs/crash-table.md');

const options = scriptOptions(
  HELP,
  {
    only: { type: 'string', multiple: true },
    fault: { type: 'string', multiple: true },
    wave: { type: 'string', multiple: true },
    qemu: { type: 'boolean', default: false },
  },
  { choices: { only: KINDS, fault: FAULTS, wave: WAVE_NAMES } },
);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const waves = options.qemu ? [QEMU_WAVE] : WAVES.filter(({ name }) => (options.wave ?? WAVE_NAMES).includes(name));
  const world = await openCrashWorld(options.qemu ? 'qemu' : 'fake');
  const all: Round[] = [];
  try {
    for (const wave of waves) all.push(...(await runWave(world, wave)));
  } finally {
    await world.close();
  }
  process.exitCode = all.every(isGood) ? 0 : 1;
}

/** Every fault on the rows of a wave; the page gets them if none was left out. */
async function runWave(world: CrashWorld, { title, actions }: Wave): Promise<readonly Round[]> {
  const kinds = options.only ?? KINDS;
  const names = options.fault ?? FAULTS;
  const rows = tableRows().filter(({ kind, action }) => kinds.includes(kind) && actions.includes(action));
  const rounds: Round[] = [];
  for (const fault of CRASH_FAULTS.filter(({ name }) => names.includes(name))) {
    const concerned = rows.filter(({ action }) => action === 'move' || !fault.movesOnly);
    if (concerned.length === 0) continue;
    if (fault.needsRoot === true && process.getuid?.() !== 0) {
      say(`skipped ${fault.title}: only root can drop packets`);
      continue;
    }
    const from = Date.now();
    const round = await runRound(world, fault, concerned);
    rounds.push(round);
    say(progressLine(round, (Date.now() - from) / 1000));
  }
  if (options.only === undefined && options.fault === undefined) {
    const page = existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : '';
    writeFileSync(REPORT, withTable(page, title, crashTable(rows, rounds)));
  }
  return rounds;
}

await interruptible(main);
