import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { atInterrupt, interruptible } from '../../support/interruptible.ts';
import { scriptOptions } from '../../support/script-options.ts';
import { BenchRegion } from '../bench-region.ts';
import { isMet, lineOf, type Result } from './goal.ts';
import { measureLists, measureSchedule } from './other-goals.ts';
import { measureGoals } from './region-goals.ts';

const HELP = `npm run bench:goals -- [options]

Measures what docs/performance.md promises, on regions with simulated hosts that it starts and removes, and prints goal and result. Goals are
for 2 cores that also run the clients; a machine that does other work misses them. The exit status is 0 also when goals are missed.

  --part NAME    regions, schedule or lists; may be given several times (all)
  --cells N      cells of a region; may be given several times (2, 10)
  --hosts N      simulated hosts of each cell (50)
  --servers N    servers built by 16 clients at once (400)
  --multi N      servers of one request (1000)
  --single N     servers built, and stopped, one at a time (50)
  --seconds N    how long requests are counted and an idle region is watched (10)
  --json         one line of JSON a result
`;

const { cells = ['2', '10'], ...options } = scriptOptions(
  HELP,
  {
    part: { type: 'string', multiple: true },
    cells: { type: 'string', multiple: true },
    hosts: { type: 'string', default: '50' },
    servers: { type: 'string', default: '400' },
    multi: { type: 'string', default: '1000' },
    single: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
  {
    counts: ['cells', 'hosts', 'servers', 'multi', 'single', 'seconds'],
    choices: { part: ['regions', 'schedule', 'lists'] },
  },
);
/** One project asks as fast as it can. */
const NO_RATE = { VOLVOX_BUDGETS_REQUESTS_PER_SECOND: '1000000', VOLVOX_BUDGETS_REQUEST_BURST: '1000000' };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const isAsked = (part: string): boolean => options.part === undefined || options.part.includes(part);

async function main(): Promise<void> {
  Object.assign(process.env, NO_RATE);
  const results: Result[] = [];
  const found = (result: Result): void => {
    results.push(result);
    say(options.json ? JSON.stringify({ ...result, met: isMet(result) }) : lineOf(result));
  };
  if (!options.json)
    say(`${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`);
  if (isAsked('regions')) for (const count of cells.map(Number)) await measureRegion(count, found);
  if (isAsked('schedule')) await measureSchedule(found);
  if (isAsked('lists')) await measureLists(found);
  if (!options.json) say(`${results.filter(isMet).length} of ${results.length} goals met`);
}

async function measureRegion(cellCount: number, found: (result: Result) => void): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'volvox-goals-'));
  atInterrupt(() => rm(home, { recursive: true, force: true }));
  const region = new BenchRegion(home);
  const start = () =>
    region.start('--simulate', String(Number(options.hosts) * cellCount), '--cells', String(cellCount));
  try {
    await start();
    if (cellCount === 2) {
      await region.stop();
      const seconds = await start();
      found({ ...{ what: 'start-up, data kept, 2 cells', unit: 's', goal: 4 }, measured: seconds });
    }
    await measureGoals(
      region,
      {
        ...{ cells: cellCount, single: Number(options.single), servers: Number(options.servers) },
        ...{ multiCreate: Number(options.multi), seconds: Number(options.seconds) },
      },
      found,
    );
  } finally {
    await region.stop();
    await rm(home, { recursive: true, force: true });
  }
}

await interruptible(main);
