import type { ApiClient } from '../../deploy/cli/api-client.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import {
  askForServer,
  byMany,
  type ListedServer,
  partsOf,
  type ServerParts,
  untilSettled,
} from '../support/many-servers.ts';
import { SOURCE } from './crash-faults.ts';
import type { Holds } from './holds.ts';
import type { TableRow } from './table-rows.ts';
import { describe } from './verdict.ts';

/** A row with its server, whose operation is held at the row's step. */
export interface HeldServer {
  readonly row: TableRow;
  readonly id: string;
}

const CLIENTS = 8;
const READY_AFTER_MS = 60_000;

/** Brings one server for each row to its step. All of them live, or are being built, in the source cell. */
export async function holdServers(
  region: LocalRegion,
  admin: ApiClient,
  rows: readonly TableRow[],
  holds: Holds,
): Promise<readonly HeldServer[]> {
  const parts = await partsOf(admin);
  const built = rows.filter(({ action }) => action === 'build');
  const others = rows.filter(({ action }) => action !== 'build');
  const servers = await makeServers(admin, parts, others);
  const held = [...(await holdBuilds(region, admin, parts, built, holds)), ...servers];
  // A step held with its writes not yet committed holds locks, of hosts among others: what claims comes first, and early steps last.
  const stages = [...new Set(servers.map(({ row }) => row.stepIndex))].sort((a, b) => b - a);
  for (const stage of stages) {
    const now = servers.filter(({ row }) => row.stepIndex === stage);
    for (const { row, id } of now) holds.put(row, id);
    await byMany(now, CLIENTS, ({ row, id }) => act(admin, id, row.action));
    await holds.untilReached();
  }
  return held;
}

/** A build has an id only when it is accepted; so nobody takes it up before its hold is there. */
async function holdBuilds(
  region: LocalRegion,
  admin: ApiClient,
  parts: ServerParts,
  rows: readonly TableRow[],
  holds: Holds,
): Promise<HeldServer[]> {
  const superConductor = region.processes.get('super-conductor').identity;
  if (superConductor === null) throw new Error('the super-conductor is down');
  const held: HeldServer[] = [];
  process.kill(superConductor.pid, 'SIGSTOP');
  try {
    for (const row of rows) {
      const id = await askForServer(admin, parts, nameOf(row));
      holds.put(row, id);
      held.push({ row, id });
    }
  } finally {
    process.kill(superConductor.pid, 'SIGCONT');
  }
  await holds.untilReached();
  return held;
}

/** Servers in the state from which the row's action begins. */
async function makeServers(admin: ApiClient, parts: ServerParts, rows: readonly TableRow[]): Promise<HeldServer[]> {
  const servers: HeldServer[] = [];
  await byMany(rows, CLIENTS, async (row) => {
    servers.push({ row, id: await askForServer(admin, parts, nameOf(row)) });
  });
  const all = servers.map(({ id }) => id);
  await settled(admin, all, isAt('ACTIVE'));
  const stopped = servers.filter(({ row }) => row.power === 'stopped').map(({ id }) => id);
  await byMany(stopped, CLIENTS, (id) => post(admin, id, { 'os-stop': null }));
  await settled(admin, stopped, isAt('SHUTOFF'));
  const resized = servers.filter(({ row }) => row.action === 'confirm' || row.action === 'revert').map(({ id }) => id);
  await byMany(resized, CLIENTS, (id) => act(admin, id, 'resize'));
  await settled(admin, resized, isAt('VERIFY_RESIZE'));
  return servers;
}

const nameOf = ({ kind, step, at }: TableRow): string => `${kind}-${step}-${at}`;

const isAt =
  (status: string) =>
  ({ status: now, 'OS-EXT-STS:task_state': task, 'OS-EXT-SRV-ATTR:host': host }: ListedServer): boolean =>
    now === status && task === null && (host ?? '').startsWith(`${SOURCE}-`);

async function settled(admin: ApiClient, ids: readonly string[], is: (server: ListedServer) => boolean): Promise<void> {
  const servers = await untilSettled(admin, ids, is, READY_AFTER_MS);
  const wrong = servers.filter((server) => server === undefined || !is(server));
  if (wrong.length > 0) throw new Error(`servers are not ready: ${wrong.map(describe).join('; ')}`);
}

export async function act(admin: ApiClient, id: string, action: TableRow['action']): Promise<void> {
  switch (action) {
    case 'delete':
      await admin.request('compute', `/servers/${id}`, { method: 'DELETE' });
      return;
    case 'resize':
      return post(admin, id, { resize: { flavorRef: '2' } });
    case 'confirm':
      return post(admin, id, { confirmResize: null });
    case 'revert':
      return post(admin, id, { revertResize: null });
    case 'build':
      throw new Error('a build is no action on a server');
  }
}

async function post(admin: ApiClient, id: string, body: unknown): Promise<void> {
  await admin.request('compute', `/servers/${id}/action`, { method: 'POST', body });
}
