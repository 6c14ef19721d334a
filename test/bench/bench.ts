import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type ColdMove, cellsOf, coldMove, fillDisk } from './cold-moves.ts';
import { ComputeClient } from './compute-client.ts';
import { type BuildInput, deleteAll, listTimes, manyAtOnce, oneAtATime, showTimes } from './measures.ts';
import { usageOfTree } from './process-usage.ts';
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
`;

const run = promisify(execFile);
const region = (home: string, ...args: string[]) =>
  run(process.execPath, ['deploy/local/main.ts', ...args, '--home', home], { maxBuffer: 64 * 1024 * 1024 });

interface RegionFile {
  readonly urls: { readonly api: string };
  readonly supervisor: { readonly pid: number };
}

const { values: options } = parseArgs({
  options: {
    hosts: { type: 'string', default: '200' },
    single: { type: 'string', default: '50' },
    servers: { type: 'string', default: '200' },
    clients: { type: 'string', default: '16' },
    list: { type: 'string', default: '1000' },
    moves: { type: 'string', default: '20' },
    disk: { type: 'string', default: '1024' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'volvox-bench-'));
  const start = () =>
    timed(() => region(home, 'start', '--simulate', options.hosts, '--cells', '2', '--port-base', '0', '--detach'));
  try {
    const cold = await start();
    say(`start-up, new region     ${cold.seconds.toFixed(1)} s`);
    await region(home, 'stop');
    const warm = await start();
    say(`start-up, data kept      ${warm.seconds.toFixed(1)} s`);
    await measure(JSON.parse(await readFile(join(home, 'region.json'), 'utf8')) as RegionFile, home);
    if (Number(options.disk) > 0 && process.getuid?.() === 0 && !options.keep) {
      await region(home, 'stop');
      const other = join(home, 'qemu');
      await measureQemuMoves(other, Number(options.disk)).finally(() => region(other, 'stop'));
    }
  } finally {
    if (options.keep) say(`the region goes on in ${home}`);
    else {
      await region(home, 'stop');
      await rm(home, { recursive: true, force: true });
    }
  }
}

async function measure(file: RegionFile, home: string): Promise<void> {
  const { adminPassword } = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')) as {
    adminPassword: string;
  };
  const clients = Number(options.clients);
  const who = { user: 'admin', password: adminPassword, project: 'admin' };
  const client = await ComputeClient.login(file.urls.api, who, clients);
  const input = await prepare(client);
  const usage = () => usageOfTree(file.supervisor.pid);

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

  const [some] = (await client.request<{ servers: { id: string }[] }>('GET', '/compute/v2.1/servers?limit=1')).body
    .servers;
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
  const { body } = await client.request<{ servers: { id: string }[] }>('GET', `/compute/v2.1/servers?limit=${count}`);
  const moves: ColdMove[] = [];
  for (const { id } of body.servers) moves.push(await coldMove(client, id, (await cellsOf(client, id)).other));
  if (moves.length === 0) return;
  say(`cold move, simulated     ${describeMs(moves.map((move) => move.untilThereMs))}`);
  say(`  of it down             ${describeMs(moves.map((move) => move.downMs))}`);
}

/** A stopped guest with so much data is moved there and back; then a running one without, for its time. */
async function measureQemuMoves(home: string, mib: number): Promise<void> {
  await region(home, 'start', '--cells', '2', '--port-base', '0', '--detach');
  const file = JSON.parse(await readFile(join(home, 'region.json'), 'utf8')) as RegionFile;
  const settings = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')) as { adminPassword: string };
  const client = await ComputeClient.login(
    file.urls.api,
    { user: 'admin', password: settings.adminPassword, project: 'admin' },
    4,
  );
  const input = await prepare(client);
  const flavor = { name: 'bench', vcpus: 1, ram: 128, disk: Math.ceil(mib / 1024) + 2 };
  const { body } = await client.request<{ flavor: { id: string } }>('POST', '/compute/v2.1/flavors', { flavor });
  await oneAtATime(client, { ...input, flavorId: body.flavor.id }, 1);
  const [server] = (await client.request<{ servers: { id: string }[] }>('GET', '/compute/v2.1/servers')).body.servers;
  if (server === undefined) throw new Error('no server is listed');
  const goOver = async () => coldMove(client, server.id, (await cellsOf(client, server.id)).other);
  const running = [await goOver(), await goOver()];
  say(`cold move, QEMU          ${describeMs(running.map((move) => move.untilThereMs))}`);
  say(`  of it down             ${describeMs(running.map((move) => move.downMs))}`);
  await client.request('POST', `/compute/v2.1/servers/${server.id}/action`, { 'os-stop': null });
  await client.untilStatus(server.id, 'SHUTOFF', 50);
  const { here } = await cellsOf(client, server.id);
  const bytes = await fillDisk(join(home, 'data', here, 'compute'), mib);
  const mbPerSecond = async () => bytes / 1e6 / ((await goOver()).copyMs / 1000);
  const rates = [await mbPerSecond(), await mbPerSecond(), await mbPerSecond()].sort((a, b) => a - b);
  say(
    `its disk, ${(bytes / 1e6).toFixed(0)} MB         median ${rates[1]?.toFixed(0)} MB/s (${rates[0]?.toFixed(0)}–${rates[2]?.toFixed(0)}, n 3)`,
  );
  await client.close();
}

/** Lifts the project's quota, and finds what servers are built from. */
async function prepare(client: ComputeClient): Promise<BuildInput> {
  const projects = await client.request<{ projects: { id: string; name: string }[] }>(
    'GET',
    '/identity/v3/auth/projects',
  );
  const project = projects.body.projects.find(({ name }) => name === 'admin');
  await client.request('PUT', `/compute/v2.1/os-quota-sets/${project?.id}`, {
    quota_set: { instances: -1, cores: -1, ram: -1 },
  });
  const [flavors, images, networks] = await Promise.all([
    client.request<{ flavors: { id: string }[] }>('GET', '/compute/v2.1/flavors?sort_key=memory_mb&sort_dir=asc'),
    client.request<{ images: { id: string }[] }>('GET', '/image/v2/images'),
    client.request<{ networks: { id: string }[] }>('GET', '/network/v2.0/networks'),
  ]);
  const [flavor] = flavors.body.flavors;
  const [image] = images.body.images;
  const [network] = networks.body.networks;
  if (flavor === undefined || image === undefined || network === undefined) throw new Error('the region is not seeded');
  return { flavorId: flavor.id, imageId: image.id, networkId: network.id };
}

if (options.help) process.stdout.write(HELP);
else await main();
