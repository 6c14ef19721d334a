import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BenchRegion } from '../bench/bench-region.ts';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { openSetting } from './flood-setting.ts';
import { FLOODS } from './floods.ts';
import { type FloodOutcome, measureFlood } from './measure-flood.ts';
import { faultsOf, HEADER, line } from './report.ts';

const HELP = `npm run test:floods -- [options]

Two projects on a region with simulated hosts that it starts and removes. One floods it with requests of one kind after the other, the other
works a little meanwhile. Prints how long the other project's requests take, the memory of the api process (first → last, most), and what the
flood was answered. Ends with 1 when the other project was refused anything, or a 429 came without Retry-After.

  --flood NAME    only this one; may be repeated: ${FLOODS.map(({ name }) => name).join(', ')}
  --clients N     clients that flood (default: 64)
  --seconds N     how long each flood lasts (default: 10)
  --against DIR   the same on the region of another checkout first; its packages must be installed
`;
const HOSTS = 20;

const options = scriptOptions(
  HELP,
  {
    flood: { type: 'string', multiple: true },
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '10' },
    against: { type: 'string' },
  },
  { counts: ['clients', 'seconds'], choices: { flood: FLOODS.map(({ name }) => name) } },
);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function floodRegion(checkout: string): Promise<readonly FloodOutcome[]> {
  const home = mkdtempSync(join(tmpdir(), 'volvox-floods-'));
  const region = new BenchRegion(home, checkout);
  const outcomes: FloodOutcome[] = [];
  try {
    await region.start('--simulate', String(HOSTS));
    const settings = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'));
    const file = JSON.parse(await readFile(join(home, 'region.json'), 'utf8'));
    const bounds = { clients: Number(options.clients), forMs: Number(options.seconds) * 1_000 };
    const { setting, close } = await openSetting(file, settings, bounds);
    try {
      say(HEADER);
      const only = options.flood ?? [];
      const floods = FLOODS.filter(({ name }) => only.length === 0 || only.includes(name));
      for (const flood of [null, ...floods]) {
        const outcome = await measureFlood(flood, setting);
        outcomes.push(outcome);
        say(line(outcome));
      }
    } finally {
      await close();
    }
  } finally {
    await region.stop();
    rmSync(home, { recursive: true, force: true });
  }
  return outcomes;
}

async function main(): Promise<void> {
  if (options.against !== undefined) {
    const other = resolve(options.against);
    say(`# ${other}`);
    await floodRegion(other);
    say(`# ${process.cwd()}`);
  }
  const faults = (await floodRegion(process.cwd())).flatMap(faultsOf);
  for (const fault of faults) say(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await interruptible(main);
