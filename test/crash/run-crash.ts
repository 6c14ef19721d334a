import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { CRASH_FAULTS } from './crash-faults.ts';
import { crashTable, isGood, progressLine, withTable } from './crash-table.ts';
import { type CrashWorld, openCrashWorld } from './crash-world.ts';
import { NETWORK_FAULTS } from './networks/network-faults.ts';
import { NETWORK_ROWS } from './networks/network-rows.ts';
import { isGoodWave, NETWORK_TITLE, networkTable } from './networks/network-table.ts';
import { faultsNamed, runNetworkWave } from './networks/network-wave.ts';
import { openNetworkWorld } from './networks/network-world.ts';
import { type Round, runRound } from './round.ts';
import { QEMU_WAVE, tableRows, WAVES, type Wave } from './table-rows.ts';

const KINDS = [...new Set(tableRows().map(({ kind }) => kind))];
const FAULTS = [...new Set([...CRASH_FAULTS, ...NETWORK_FAULTS].map(({ name }) => name))];
const OF_OPERATIONS = WAVES.map(({ name }) => name);
const NETWORKS = 'networks';
const WAVE_NAMES = [...OF_OPERATIONS, NETWORKS];
const HELP = `npm run test:crash -- [options]

The crash table. For each step of each operation, before it is done (undone) and after that but before it is written, a server is paused there;
then one fault strikes all of them at once, the pauses are lifted, and each server must reach its end within 60 s: one guest, the right power,
books that balance, nothing left over. The wave ${NETWORKS} does the same with changes of networks, and reads the hosts. The run starts a region of two cells of its own and removes it. With all rows of a wave and all faults
it writes that wave's part of docs/crash-table.md. Faults of the network, QEMU and real networks need root. Ends with 1 when anything is not as promised.

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
  const names = options.wave ?? WAVE_NAMES;
  const waves = options.qemu ? [QEMU_WAVE] : WAVES.filter(({ name }) => names.includes(name));
  const isGoodSoFar = waves.length === 0 || (await runOperations(waves));
  const isWithNetworks = !options.qemu && names.includes(NETWORKS);
  process.exitCode = isGoodSoFar && (!isWithNetworks || (await runNetworks())) ? 0 : 1;
}

/** @returns whether all is as promised. */
async function runOperations(waves: readonly Wave[]): Promise<boolean> {
  const world = await openCrashWorld(options.qemu ? 'qemu' : 'fake');
  const all: Round[] = [];
  try {
    for (const wave of waves) all.push(...(await runWave(world, wave)));
  } finally {
    await world.close();
  }
  return all.every(isGood);
}

/** @returns whether all is as promised. */
async function runNetworks(): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    say(`skipped ${NETWORKS}: only root makes real networks`);
    return true;
  }
  const world = await openNetworkWorld();
  try {
    const wave = await runNetworkWave(world, faultsNamed(options.fault ?? FAULTS), NETWORK_ROWS, say);
    if (options.fault === undefined) writePart(NETWORK_TITLE, networkTable(NETWORK_ROWS, wave));
    return isGoodWave(wave);
  } finally {
    await world.close();
  }
}

function writePart(title: string, table: string): void {
  const page = existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : '';
  writeFileSync(REPORT, withTable(page, title, table));
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
  if (options.only === undefined && options.fault === undefined) writePart(title, crashTable(rows, rounds));
  return rounds;
}

await interruptible(main);
