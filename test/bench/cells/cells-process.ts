import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { startMariadb } from '../../support/mariadb.ts';
import { startLightCell } from './light-cell.ts';

/** Databases on one MariaDB server, which takes 400 connections. */
const CELLS_PER_SERVER = 16;

/** `add` so many cells with so many hosts each; the answer is the list of the new ones. `stop` ends all, and the process. */
export type Order = { readonly add: number; readonly hosts: number } | 'stop';

const endings: (() => Promise<unknown>)[] = [];
const running: Awaited<ReturnType<typeof startLightCell>>[] = [];
let mariadbPort = 0;

async function addOne(hosts: number): Promise<void> {
  if (running.length % CELLS_PER_SERVER === 0) {
    const folder = await mkdtemp(join(tmpdir(), 'volvox-cells-'));
    const mariadb = await startMariadb(join(folder, 'mariadb'));
    mariadbPort = mariadb.port;
    endings.push(async () => {
      await mariadb.stop();
      await rm(folder, { recursive: true, force: true });
    });
  }
  running.push(await startLightCell(`light-${running.length + 1}`, mariadbPort, hosts));
}

async function stop(): Promise<void> {
  await allEnded(running.splice(0).map((cell) => cell.stop()));
  for (const end of endings.splice(0)) await end();
  process.exit(0);
}

async function obey(order: Order): Promise<void> {
  if (order === 'stop') return await stop();
  const from = running.length;
  for (let n = 0; n < order.add && !isStopping; n++) await addOne(order.hosts);
  if (process.connected) process.send?.(running.slice(from).map(({ name, url, key }) => ({ name, url, key })));
}

// Each agent listens for the signals of its process, and here are many.
process.setMaxListeners(0);
/** Ends with the order before: a cell that is being made when all are to stop is whole, and is stopped with the others. */
let last: Promise<void> = Promise.resolve();
let isStopping = false;

function take(order: Order): void {
  isStopping ||= order === 'stop';
  last = last
    .then(() => obey(order))
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
}
process.on('message', take);
process.on('disconnect', () => take('stop'));
// A Ctrl-C of the terminal comes to all its processes; the parent says when this one ends.
process.on('SIGINT', () => undefined);
