import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { startMariadb } from '../support/mariadb.ts';
import { scriptOptions } from '../support/script-options.ts';
import { ListRegion } from './list-region.ts';
import { summarize } from './statistics.ts';

const HELP = `node test/bench/lists.ts [options]

Prints what a page of a list of servers costs with some numbers of cells: statements of the directory and of the cells, cells asked, and the
time. All runs in one process: the api, without its socket, and the doors of the cells, over HTTP on loopback. The cells share one MariaDB
server, each with a database of its own, which real cells do not; so the times tell how a page grows, and not how fast a region is.

  --cells N      so many cells; may be given several times (2, 10, 20)
  --servers N    over all cells (5000)
  --rounds N     how often each page is measured (40)
`;

const { cells = ['2', '10', '20'], ...options } = scriptOptions(
  HELP,
  {
    cells: { type: 'string', multiple: true },
    servers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '40' },
  },
  { counts: ['cells', 'servers', 'rounds'] },
);
const rounds = Number(options.rounds);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What is decided by the directory, then what is decided by the cells. */
const PAGES = [
  'servers?limit=1',
  'servers/detail?limit=50',
  'servers/detail?limit=50&marker=MIDDLE',
  'servers/detail?limit=1000',
  'servers?limit=1&all_tenants=1',
  'servers?limit=1&status=ACTIVE',
  'servers/detail?limit=50&sort_key=display_name',
] as const;

async function measure(region: ListRegion, page: string): Promise<string> {
  const ask = async () => {
    const { status, body } = await region.api.send('admin', `GET /${page}`, '2.96');
    if (status !== 200) throw new Error(`${page}: ${status} ${JSON.stringify(body)}`);
  };
  for (let round = 0; round < 5; round++) await ask();
  const [before, callsBefore] = [await region.statements(), region.calls];
  await ask();
  const [after, callsAfter] = [await region.statements(), region.calls];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  const { median, p95 } = summarize(times);
  const counts = [after.directory - before.directory, after.cells - before.cells, callsAfter - callsBefore];
  return [
    ...counts.map((count) => String(count).padStart(10)),
    ...[median, p95].map((ms) => ms.toFixed(2).padStart(9)),
  ].join('');
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
    say(`${options.servers} servers of one project; one MariaDB server for the directory and all cells`);
    say(`${' '.repeat(53)}statements of        calls`);
    say(`cells  ${'page'.padEnd(46)} directory     cells  of cells   p50 ms   p95 ms`);
    for (const count of cells) {
      const region = await ListRegion.create(mariadb.port, Number(count), Number(options.servers));
      const { body } = await region.api.send(
        'admin',
        `GET /servers?limit=${Math.min(1_000, Number(options.servers) / 2)}`,
        '2.96',
      );
      for (const page of PAGES) {
        const asked = page.replace('MIDDLE', body.servers.at(-1).id);
        say(`${count.padStart(5)}  ${page.padEnd(46)}${await measure(region, asked)}`);
      }
      await region.close();
    }
  } finally {
    forget();
    await stop();
  }
});
