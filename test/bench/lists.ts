import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { startMariadb } from '../support/mariadb.ts';
import { scriptOptions } from '../support/script-options.ts';
import { isMet, lineOf, type Result } from './goals/goal.ts';
import { type ListRegion, ListRegions } from './list-region.ts';
import { cpuSecondsOf } from './process-usage.ts';
import { summarize } from './statistics.ts';

const HELP = `npm run bench:lists -- [options]

Prints what a page of a list of servers costs with some numbers of cells: statements of the directory and of the cells, calls of cells, the time,
and the CPU time of the api and of the doors. Then the memory that the api keeps of 10,000 servers that it has listed. The api is in one process,
without its socket; the doors of all cells are in another one, over HTTP on loopback. All cells share one MariaDB server here, each with a database of
its own, and so does the directory; real cells do not. So the times tell how a page grows, and not how fast a region is.

  --cells N      so many cells; may be given several times (2, 20, 100)
  --servers N    of one project, over all cells by turns (100000)
  --rounds N     how often each page is measured (40)
  --json         one line of JSON a page
`;

const { cells = ['2', '20', '100'], ...options } = scriptOptions(
  HELP,
  {
    cells: { type: 'string', multiple: true },
    servers: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
  { counts: ['cells', 'servers', 'rounds'] },
);
const [servers, rounds] = [Number(options.servers), Number(options.rounds)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const LONG_PAGE = 'servers/detail?limit=1000';
/** What is decided by the directory, then what is decided by the cells. DEEP: nine tenths of the servers are before it. */
const PAGES = [
  'servers?limit=1',
  'servers/detail?limit=50',
  LONG_PAGE,
  `${LONG_PAGE}&marker=DEEP`,
  'servers?limit=1&all_tenants=1',
  'servers?limit=1&status=ACTIVE',
  'servers/detail?limit=50&sort_key=display_name',
] as const;
const WARM_ROUNDS = 8;

interface PageCost {
  readonly cells: number;
  readonly servers: number;
  readonly page: string;
  readonly directoryStatements: number;
  readonly cellStatements: number;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly apiCpuMs: number;
  readonly doorsCpuMs: number;
}

async function ask(region: ListRegion, page: string): Promise<readonly { readonly id: string }[]> {
  const { status, body } = await region.api.send('admin', `GET /${page}`, '2.96');
  if (status !== 200) throw new Error(`${page}: ${status} ${JSON.stringify(body)}`);
  return body.servers;
}

async function measure(region: ListRegion, page: string) {
  for (let round = 0; round < WARM_ROUNDS; round++) await ask(region, page);
  const [before, callsBefore] = [await region.statements(), region.calls];
  await ask(region, page);
  const [after, callsAfter] = [await region.statements(), region.calls];
  const times: number[] = [];
  const [apiBefore, doorsBefore] = [process.cpuUsage(), cpuSecondsOf(region.doorsPid)];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await ask(region, page);
    times.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(apiBefore);
  const { median, p99 } = summarize(times);
  return {
    ...{ directoryStatements: after.directory - before.directory, cellStatements: after.cells - before.cells },
    ...{ calls: callsAfter - callsBefore, p50Ms: median, p99Ms: p99, apiCpuMs: (user + system) / 1_000 / rounds },
    doorsCpuMs: (1_000 * (cpuSecondsOf(region.doorsPid) - doorsBefore)) / rounds,
  };
}

setFlagsFromString('--expose-gc');
const collectAll = runInNewContext('gc') as () => void;
/** Twice: what the first time found to be unused may have held more. */
const usedMib = async (): Promise<number> => {
  for (let times = 0; times < 2; times++) {
    collectAll();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
};

/** Lists all servers. @returns what the api keeps of 10,000 of them, MiB. */
async function memoryOfAll(region: ListRegion): Promise<number> {
  for (let round = 0; round < WARM_ROUNDS; round++) await ask(region, LONG_PAGE);
  const before = await usedMib();
  let marker = '';
  for (let listed = 0; listed < servers; ) {
    const page = await ask(region, `${LONG_PAGE}&marker=${marker}`);
    if (page.length === 0) throw new Error(`a walk over ${servers} servers ended after ${listed}`);
    listed += page.length;
    marker = page.at(-1)?.id ?? '';
  }
  return (((await usedMib()) - before) * 10_000) / servers;
}

const shown = (cost: PageCost): string =>
  [
    `${String(cost.cells).padStart(5)}  ${cost.page.padEnd(46)}`,
    ...[cost.directoryStatements, cost.cellStatements, cost.calls].map((count) => String(count).padStart(10)),
    ...[cost.p50Ms, cost.p99Ms, cost.apiCpuMs, cost.doorsCpuMs].map((ms) => ms.toFixed(2).padStart(9)),
  ].join('');

const HEAD = [
  `${' '.repeat(53)}statements of        calls   time, ms       CPU ms, of the`,
  `cells  ${'page'.padEnd(46)} directory     cells  of cells      p50      p99      api    doors`,
].join('\n');

/** How the long page grows with the cells, and what it takes. */
function results(costs: readonly PageCost[]): readonly Result[] {
  const long = (count: number) => costs.find((one) => one.page === LONG_PAGE && one.cells === count)?.p50Ms;
  const [twenty, hundred] = [long(20), long(100)];
  const found: Result[] = [];
  if (twenty !== undefined)
    found.push({ what: `detail of 1,000 of ${servers}, 20 cells`, unit: 'ms', goal: 60, measured: twenty });
  if (twenty !== undefined && hundred !== undefined)
    found.push({ what: 'the same with 100 cells, more', unit: '%', goal: 10, measured: 100 * (hundred / twenty - 1) });
  return found;
}

async function measureAll(regions: ListRegions): Promise<void> {
  const costs: PageCost[] = [];
  for (const count of cells.map(Number)) {
    const region = await regions.region(count);
    const mib = await memoryOfAll(region);
    for (const page of PAGES) {
      const cost = { cells: count, servers, page, ...(await measure(region, page.replace('DEEP', regions.at(0.9)))) };
      costs.push(cost);
      say(options.json ? JSON.stringify(cost) : shown(cost));
    }
    if (options.json) say(JSON.stringify({ cells: count, servers, apiMibOf10000: mib }));
    else say(`${String(count).padStart(5)}  memory of the api, of 10,000 servers listed: ${mib.toFixed(1)} MiB`);
    await region.close();
  }
  for (const result of results(costs))
    say(options.json ? JSON.stringify({ ...result, met: isMet(result) }) : lineOf(result));
}

await interruptible(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-lists-'));
  const mariadb = await startMariadb(join(folder, 'mariadb'));
  const stop = async () => {
    await mariadb.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const forget = atInterrupt(stop);
  try {
    if (!options.json)
      say(`${servers} servers of one project; one MariaDB server for the directory and all cells\n${HEAD}`);
    const regions = await ListRegions.create(mariadb.port, servers);
    await measureAll(regions);
    await regions.close();
  } finally {
    forget();
    await stop();
  }
});
