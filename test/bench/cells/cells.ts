import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { apiUrl } from '../../../deploy/local/process-configs.ts';
import { atInterrupt, interruptible } from '../../support/interruptible.ts';
import { scriptOptions } from '../../support/script-options.ts';
import { startTestRegion, type TestRegion } from '../../support/test-region.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { prepare } from '../bench-region.ts';
import { ComputeClient } from '../compute-client.ts';
import { type BuildInput, manyAtOnce } from '../measures.ts';
import type { Order } from './cells-process.ts';
import { GlobalMeter, type GlobalUse } from './global-meter.ts';
import type { LightCell } from './light-cell.ts';

const HELP = `npm run bench:cells -- [options]

Prints what a server and a page of servers cost the global tier (api, scheduler, super-conductor, directory, Redis) by the number of cells:
statements of the directory, and CPU time. What the tier uses while nobody asks is a row of its own, and is taken off the others. The region and
its first cell are as npm start makes them. The further cells are conductors and agents in one process; each has a database of its own, 16 share a
MariaDB server, and each has a Redis.

  --cells N      so many cells; may be given several times, in ascending order (1, 2, 4, 8, 16, 32, 64)
  --hosts N      simulated hosts of each cell (10)
  --servers N    built by 16 clients for each number of cells (320)
  --pages N      requests for each kind of page (200)
  --seconds N    length of a look at the idle region; there are up to 6, until it uses no less than before (10)
  --plain-group  the servers have a security group that names no group; otherwise each is a member of one that names itself, and concerns all cells
  --processes    adds the CPU time of each process
  --json         one object instead of the table
`;

const { cells = ['1', '2', '4', '8', '16', '32', '64'], ...options } = scriptOptions(
  HELP,
  {
    cells: { type: 'string', multiple: true },
    hosts: { type: 'string', default: '10' },
    servers: { type: 'string', default: '320' },
    pages: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    'plain-group': { type: 'boolean', default: false },
    processes: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  { counts: ['cells', 'hosts', 'servers', 'pages', 'seconds'] },
);
const [hosts, servers, pages, seconds] = [options.hosts, options.servers, options.pages, options.seconds].map(
  Number,
) as [number, number, number, number];
const CLIENTS = 16;
/** So long the bench waits for what is written after the last answer, ms. */
const SETTLE_MS = 3_000;
const MAX_IDLE_LOOKS = 6;
/** An idle region has come to rest when it uses no less than this part of what it used before. */
const SETTLED = 0.85;

/** The plain group allows what its servers send, and nothing else. */
async function inputOf(client: ComputeClient): Promise<BuildInput> {
  const input = await prepare(client);
  if (!options['plain-group']) return input;
  const name = 'plain';
  await client.call('network', 'POST /v2.0/security-groups', { body: { security_group: { name } } });
  return { ...input, securityGroup: name };
}

interface Cost {
  readonly statements: number;
  readonly cpuMs: number;
  readonly cpuMsOf: Readonly<Record<string, number>>;
}
interface Row {
  readonly cells: number;
  /** Of a second in which nobody asks. */
  readonly idle: Cost;
  readonly server: Cost;
  readonly pageOf1: Cost;
  readonly pageOf50: Cost;
}

const each = ({ statements, cpuMs, cpuMsOf }: Cost, count: number): Cost => ({
  statements: statements / count,
  cpuMs: cpuMs / count,
  cpuMsOf: Object.fromEntries(Object.entries(cpuMsOf).map(([name, ms]) => [name, ms / count])),
});
const without = (use: GlobalUse, idle: Cost): Cost => ({
  statements: use.statements - idle.statements * use.seconds,
  cpuMs: use.cpuMs - idle.cpuMs * use.seconds,
  cpuMsOf: Object.fromEntries(
    Object.entries(use.cpuMsOf).map(([name, ms]) => [name, ms - (idle.cpuMsOf[name] ?? 0) * use.seconds]),
  ),
});

/** What a second of nothing costs. Cells that were just added cost more for a while, so it looks until the cost no longer falls. */
async function idleCost(meter: GlobalMeter): Promise<Cost> {
  let min: Cost | undefined;
  for (let look = 0; look < MAX_IDLE_LOOKS; look++) {
    const ofIdle = await meter.start();
    await delay(seconds * 1_000);
    const use = await ofIdle();
    const idle = each(use, use.seconds);
    if (min !== undefined && idle.cpuMs > min.cpuMs * SETTLED) return idle.cpuMs < min.cpuMs ? idle : min;
    min = idle;
  }
  return min as Cost;
}

async function measure(client: ComputeClient, input: BuildInput, meter: GlobalMeter, count: number): Promise<Row> {
  // A cell's first server of a project takes the groups of the project and their members there.
  await manyAtOnce(client, input, Math.max(2 * CLIENTS, 3 * count), CLIENTS, `warm-${count}`);
  await delay(SETTLE_MS);
  const idle = await idleCost(meter);

  const ofServers = await meter.start();
  await manyAtOnce(client, input, servers, CLIENTS, `many-${count}`);
  await delay(SETTLE_MS);
  const server = each(without(await ofServers(), idle), servers);

  const pagesOf = async (operation: 'GET /servers' | 'GET /servers/detail', limit: number): Promise<Cost> => {
    const stop = await meter.start();
    for (let n = 0; n < pages; n++) await client.call('compute', operation, { query: { limit } });
    return each(without(await stop(), idle), pages);
  };
  const pageOf1 = await pagesOf('GET /servers', 1);
  return { cells: count, idle, server, pageOf1, pageOf50: await pagesOf('GET /servers/detail', 50) };
}

const shown = ({ statements, cpuMs }: Cost): string =>
  `${Math.max(0, statements).toFixed(1).padStart(9)}${Math.max(0, cpuMs).toFixed(1).padStart(9)}`;
const lineOf = ({ cells: count, idle, server, pageOf1, pageOf50 }: Row): string =>
  `${String(count).padStart(5)} ${[idle, server, pageOf1, pageOf50].map(shown).join(' ')}`;
/** CPU ms of each process: of a second of nothing, and of a server. */
const processesOf = ({ idle, server }: Row): string =>
  Object.keys(server.cpuMsOf)
    .map((name) => `${name} ${[idle, server].map((cost) => (cost.cpuMsOf[name] ?? 0).toFixed(1)).join(' / ')}`)
    .join(', ');
const HEAD = `${' '.repeat(6)}${['a second of nothing', 'a server', 'servers?limit=1', 'detail?limit=50'].map((name) => name.padStart(18)).join(' ')}
cells ${Array.from({ length: 4 }, () => 'statements CPU ms'.padStart(18)).join(' ')}
`;

/** Cells in a process of their own. */
function cellsProcess() {
  const child = fork(new URL('./cells-process.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const say = (order: Order): void => void child.send(order);
  return {
    add: async (count: number): Promise<readonly LightCell[]> => {
      say({ add: count, hosts });
      const [added] = (await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('the process of the cells has ended'))),
      ])) as [readonly LightCell[]];
      return added;
    },
    stop: async (): Promise<void> => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      say('stop');
      await ended;
    },
  };
}

/** Registers cells, and waits until all their hosts are known. */
async function register(region: TestRegion, added: readonly LightCell[]): Promise<void> {
  for (const cell of added) await region.admin.call('federation', 'POST /v1/cells', { body: cell });
  const names = new Set(added.map(({ name }) => name));
  await waitUntil('the new cells to have their hosts up', async () => {
    const known = (await region.admin.call('federation', 'GET /v1/cells')).cells.filter(({ name }) => names.has(name));
    return known.length === names.size && known.every(({ health }) => health.answers && health.hostsUp === hosts);
  });
}

await interruptible(async () => {
  const region = await startTestRegion({
    cells: 1,
    simulatedHosts: hosts,
    settings: { VOLVOX_BUDGETS_REQUESTS_PER_SECOND: '100000', VOLVOX_BUDGETS_REQUEST_BURST: '100000' },
  });
  const others = cellsProcess();
  const forget = atInterrupt(() => others.stop());
  const meter = await GlobalMeter.open(region);
  const { settings } = region.region;
  const who = { user: 'admin', password: settings.adminPassword, project: 'admin' };
  const client = await ComputeClient.login(apiUrl(settings), who, CLIENTS);
  try {
    const input = await inputOf(client);
    if (!options.json) process.stdout.write(HEAD);
    const rows: Row[] = [];
    let running = 1;
    for (const count of cells.map(Number)) {
      await register(region, await others.add(count - running));
      running = count;
      const row = await measure(client, input, meter, count);
      rows.push(row);
      if (!options.json) process.stdout.write(`${lineOf(row)}\n`);
      if (options.processes && !options.json) process.stdout.write(`${' '.repeat(6)}${processesOf(row)}\n`);
    }
    if (options.json) process.stdout.write(`${JSON.stringify({ hosts, servers, pages, rows }, null, 2)}\n`);
  } finally {
    await client.close();
    await meter.close();
    await others.stop();
    forget();
    await region.remove();
  }
});
