import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { BenchRegion, prepare } from './bench-region.ts';
import { type ColdMove, cellsOf, coldMove, fillDisk } from './cold-moves.ts';
import type { ComputeClient } from './compute-client.ts';
import { deleteAll, listTimes, manyAtOnce, oneAtATime, showTimes } from './measures.ts';
import { comparePaired } from './paired.ts';
import { describeMs } from './statistics.ts';

const HELP = `npm run bench -- [options]

Measures a region of two cells with simulated hosts, on this machine, and prints medians and ranges; then, as root, a cold move between
two QEMU hosts. It starts regions of its own in a temporary folder and removes them.

  --hosts N     simulated hosts over all cells (200)
  --single N    servers built one at a time (50)
  --servers N   servers built at once (200)
  --clients N   by so many clients (16)
  --list N      servers on a page of the list that is measured (1000)
  --moves N     cold moves to the other cell, one at a time (20)
  --disk N      MiB on the disk of a QEMU guest that is moved; 0: no QEMU (1024)
  --keep        leave the region running, and say where

  --against DIR  instead of all that: compare with another checkout, whose packages are installed. Both run at once and are measured in turn
  --starts N     both regions are started anew so many times (6)
  --rounds N     so many times after each start (4)
`;

const options = scriptOptions(
  HELP,
  {
    hosts: { type: 'string', default: '200' },
    single: { type: 'string', default: '50' },
    servers: { type: 'string', default: '200' },
    clients: { type: 'string', default: '16' },
    list: { type: 'string', default: '1000' },
    moves: { type: 'string', default: '20' },
    disk: { type: 'string', default: '1024' },
    keep: { type: 'boolean', default: false },
    against: { type: 'string' },
    starts: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '4' },
  },
  { counts: ['hosts', 'single', 'servers', 'clients', 'list', 'moves', 'disk', 'starts', 'rounds'] },
);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'volvox-bench-'));
  atInterrupt(() => rm(home, { recursive: true, force: true }));
  try {
    if (options.against === undefined) await measureThis(home);
    else await comparePaired({ ...counts(), against: resolve(options.against), home }, say);
  } finally {
    if (options.keep && options.against === undefined) say(`the region goes on in ${home}`);
    else await rm(home, { recursive: true, force: true });
  }
}

const counts = () => ({
  hosts: options.hosts,
  starts: Number(options.starts),
  rounds: Number(options.rounds),
  servers: Number(options.servers),
  clients: Number(options.clients),
});

async function measureThis(home: string): Promise<void> {
  const region = new BenchRegion(home);
  const start = () => region.start('--simulate', options.hosts);
  try {
    say(`start-up, new region     ${(await start()).toFixed(1)} s`);
    await region.stop();
    say(`start-up, data kept      ${(await start()).toFixed(1)} s`);
    await measure(region);
    if (Number(options.disk) > 0 && process.getuid?.() === 0 && !options.keep) {
      await region.stop();
      await measureQemuMoves(new BenchRegion(join(home, 'qemu')), Number(options.disk));
    }
  } finally {
    if (!options.keep) await region.stop();
  }
}

async function measure(region: BenchRegion): Promise<void> {
  const clients = Number(options.clients);
  const client = await region.login(clients);
  const input = await prepare(client);
  const usage = await region.meter();

  say(`memory, idle             ${usage().memoryMib.toFixed(0)} MiB in ${usage().pids} processes`);
  await manyAtOnce(client, input, 20, 4, 'warm');
  const single = await oneAtATime(client, input, Number(options.single));
  say(`POST /servers            ${describeMs(single.post)}`);
  say(`POST → ACTIVE, one       ${describeMs(single.active)}`);

  const servers = Number(options.servers);
  const before = usage();
  const many = await manyAtOnce(client, input, servers, clients, 'many');
  const cpuMs = ((usage().cpuSeconds - before.cpuSeconds) * 1000) / servers;
  say(
    `${servers} servers, ${clients} clients  ${(servers / many.seconds).toFixed(1)} a second; POST ${describeMs(many.post)}`,
  );
  say(`CPU per server built     ${cpuMs.toFixed(1)} ms, all processes of the region`);

  const [some] = (await client.call('compute', 'GET /servers', { query: { limit: 1 } })).body.servers;
  if (some === undefined) throw new Error('no server is listed');
  say(`GET a server             ${describeMs(await showTimes(client, some.id, 300))}`);

  await measureMoves(client);

  const page = Number(options.list);
  const missing = page - Number(options.single) - servers - 20;
  if (missing > 0) await manyAtOnce(client, input, missing, clients, 'fill');
  say(`list-detail of ${page}      ${describeMs(await listTimes(client, page, 20))}`);
  say(`memory, ${page} servers     ${usage().memoryMib.toFixed(0)} MiB`);
  const deleted = await deleteAll(client);
  say(`delete                   ${(deleted.count / deleted.seconds).toFixed(1)} a second (${deleted.count})`);
  await client.close();
}

async function measureMoves(client: ComputeClient): Promise<void> {
  const count = Number(options.moves);
  const { body } = await client.call('compute', 'GET /servers', { query: { limit: count } });
  const moves: ColdMove[] = [];
  for (const { id } of body.servers) moves.push(await coldMove(client, id, (await cellsOf(client, id)).other));
  if (moves.length === 0) return;
  say(`cold move, simulated     ${describeMs(moves.map((move) => move.untilThereMs))}`);
  say(`  of it down             ${describeMs(moves.map((move) => move.downMs))}`);
}

/** A stopped guest with so much data is moved there and back; then a running one without, for its time. */
async function measureQemuMoves(region: BenchRegion, mib: number): Promise<void> {
  await region.start();
  try {
    await movesOfQemu(region, mib);
  } finally {
    await region.stop();
  }
}

async function movesOfQemu(region: BenchRegion, mib: number): Promise<void> {
  const client = await region.login(4);
  const input = await prepare(client);
  const flavor = { name: 'bench', vcpus: 1, ram: 128, disk: Math.ceil(mib / 1024) + 2 };
  const { body } = await client.call('compute', 'POST /flavors', { body: { flavor } });
  await oneAtATime(client, { ...input, flavorId: body.flavor.id }, 1);
  const [server] = (await client.call('compute', 'GET /servers')).body.servers;
  if (server === undefined) throw new Error('no server is listed');
  const goOver = async () => coldMove(client, server.id, (await cellsOf(client, server.id)).other);
  const running = [await goOver(), await goOver()];
  say(`cold move, QEMU          ${describeMs(running.map((move) => move.untilThereMs))}`);
  say(`  of it down             ${describeMs(running.map((move) => move.downMs))}`);
  const path = { id: server.id };
  await client.call('compute', 'POST /servers/{id}/action', { path, body: { 'os-stop': null } });
  await client.untilStatus(server.id, 'SHUTOFF', 50);
  const { here } = await cellsOf(client, server.id);
  const bytes = await fillDisk(join(region.home, 'data', here, 'compute'), mib);
  const mbPerSecond = async () => bytes / 1e6 / ((await goOver()).transferMs / 1000);
  const rates = [await mbPerSecond(), await mbPerSecond(), await mbPerSecond()].sort((a, b) => a - b);
  say(
    `its disk, ${(bytes / 1e6).toFixed(0)} MB         median ${rates[1]?.toFixed(0)} MB/s (${rates[0]?.toFixed(0)}–${rates[2]?.toFixed(0)}, n 3)`,
  );
  await client.close();
}

await interruptible(main);
