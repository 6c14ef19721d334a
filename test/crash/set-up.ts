import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { guestsOnHosts } from '../support/books/host-books.ts';
import {
  askForServer,
  byMany,
  hostsOf,
  type ListedServer,
  partsOf,
  type ServerParts,
  untilSettled,
} from '../support/many-servers.ts';
import { actOn } from '../support/server-calls.ts';
import { act, attachPort } from './act.ts';
import { SOURCE } from './crash-faults.ts';
import type { CrashWorld } from './crash-world.ts';
import { deadHost, declareDead } from './dead-host.ts';
import { Pauses } from './pauses.ts';
import type { TableRow } from './table-rows.ts';
import { describe } from './verdict.ts';

/** A row with its server, whose operation is paused at the row's step. */
export interface PausedServer {
  readonly row: TableRow;
  readonly id: string;
  /** The content of its disk, if known before the action. */
  readonly disk: string | null;
}

const CLIENTS = 8;
const READY_AFTER_MS = 180_000;

/** Brings one server for each row to its step. All of them live, or are being built, in the source cell. */
export async function pauseServers(
  { region, admin, pauses, imageName }: CrashWorld,
  rows: readonly TableRow[],
): Promise<readonly PausedServer[]> {
  const placed = await placing(admin, imageName);
  const partsOn = (row: TableRow): ServerParts => placed(row.action === 'evacuate');
  const built = rows.filter(({ action }) => action === 'build');
  const others = rows.filter(({ action }) => action !== 'build');
  const servers = await makeServers(region, admin, partsOn, others);
  const paused = [...(await pauseBuilds(region, admin, partsOn, built, pauses)), ...servers];
  for (const stage of inStages(servers)) {
    for (const { row, id } of stage) pauses.put(row, id);
    const turns = new Pauses(pauses.folder);
    for (const { row, id } of stage) if (row.turn !== null) turns.put(row.turn, id);
    await byMany(stage, CLIENTS, ({ row, id }) => act(admin, id, row.action));
    await turns.untilReached();
    await byMany(stage, CLIENTS, ({ row, id }) => turnBack(admin, row, id));
    await pauses.untilReached();
    turns.clear();
  }
  return paused;
}

/** What servers are made of: on one host of the source cell after the other, but for the host that is declared dead. */
async function placing(admin: ApiClient, imageName: string): Promise<(onDeadHost: boolean) => ServerParts> {
  const [parts, all, dead] = await Promise.all([partsOf(admin, imageName), hostsOf(admin, SOURCE), deadHost(admin)]);
  const hosts = all.length > 1 ? all.filter((host) => host !== dead) : all;
  let made = 0;
  return (onDeadHost) => {
    if (onDeadHost) return { ...parts, host: dead };
    const host = hosts[made++ % hosts.length];
    return host === undefined ? parts : { ...parts, host };
  };
}

/**
 * Paused before they commit, these steps keep rows locked that are not their server's: of hosts, where nobody can claim or release capacity
 * meanwhile, or of a network's free addresses.
 */
const LOCKS_OTHERS: readonly Pick<TableRow, 'kind' | 'step' | 'direction'>[] = [
  { kind: 'resize', step: 'claim-target', direction: 'do' },
  { kind: 'unshelve', step: 'claim-target', direction: 'do' },
  { kind: 'liveMigrate', step: 'claim-target', direction: 'do' },
  { kind: 'evacuate', step: 'claim-target', direction: 'do' },
  { kind: 'moveIn', step: 'prepare', direction: 'undo' },
  { kind: 'detach-interface', step: 'release-port', direction: 'do' },
];

/** First the steps that pause before they write anything, then those that lock rows of their own server, last those that others would wait for. */
function inStages(servers: readonly PausedServer[]): PausedServer[][] {
  const locksOthers = ({ kind, step, direction }: TableRow): boolean =>
    LOCKS_OTHERS.some((one) => one.kind === kind && one.step === step && one.direction === direction);
  const stage = ({ row }: PausedServer): number => (row.at === 'before' ? 0 : locksOthers(row) ? 2 : 1);
  return [0, 1, 2].map((one) => servers.filter((server) => stage(server) === one));
}

/** As an operator would: resolves the operation that is paused at the row's turn. */
async function turnBack(admin: ApiClient, { turn }: TableRow, subject: string): Promise<void> {
  if (turn === null) return;
  const query = { subject, limit: 100 };
  const { operations } = await admin.call('federation', 'GET /v1/operations', { query });
  const inProgress = operations.find(({ kind, finishedAt }) => kind === turn.kind && finishedAt === null);
  if (inProgress === undefined) throw new Error(`${subject} has no ${turn.kind} in progress`);
  const resolve = 'POST /v1/operations/{id}/resolve';
  await admin.call('federation', resolve, { path: { id: inProgress.id }, body: { direction: 'back' } });
}

/** A build has an id only when it is accepted; so nobody takes it up before its pause is there. */
async function pauseBuilds(
  region: LocalRegion,
  admin: ApiClient,
  partsOn: (row: TableRow) => ServerParts,
  rows: readonly TableRow[],
  pauses: Pauses,
): Promise<PausedServer[]> {
  const superConductor = region.processes.get('super-conductor').identity;
  if (superConductor === null) throw new Error('the super-conductor is down');
  const paused: PausedServer[] = [];
  process.kill(superConductor.pid, 'SIGSTOP');
  try {
    for (const row of rows) {
      const id = await askForServer(admin, partsOn(row), nameOf(row));
      pauses.put(row, id);
      paused.push({ row, id, disk: null });
    }
  } finally {
    process.kill(superConductor.pid, 'SIGCONT');
  }
  await pauses.untilReached();
  return paused;
}

/** Servers in the state from which the row's action begins. */
async function makeServers(
  region: LocalRegion,
  admin: ApiClient,
  partsOn: (row: TableRow) => ServerParts,
  rows: readonly TableRow[],
): Promise<PausedServer[]> {
  const servers: Omit<PausedServer, 'disk'>[] = [];
  await byMany(rows, CLIENTS, async (row) => {
    servers.push({ row, id: await askForServer(admin, partsOn(row), nameOf(row)) });
  });
  const all = servers.map(({ id }) => id);
  await settled(admin, all, isAt('ACTIVE'));
  const stopped = servers.filter(({ row }) => row.power === 'stopped').map(({ id }) => id);
  await byMany(stopped, CLIENTS, async (id) => void (await actOn(admin, id, { 'os-stop': null })));
  await settled(admin, stopped, isAt('SHUTOFF'));
  const of = (...actions: readonly TableRow['action'][]): readonly string[] =>
    servers.filter(({ row }) => actions.includes(row.action)).map(({ id }) => id);
  const resized = of('confirm', 'revert');
  await byMany(resized, CLIENTS, (id) => act(admin, id, 'resize'));
  await settled(admin, resized, isAt('VERIFY_RESIZE'));
  const rescued = of('unrescue');
  await byMany(rescued, CLIENTS, (id) => act(admin, id, 'rescue'));
  await settled(admin, rescued, isAt('RESCUE'));
  const deleted = of('restore');
  await byMany(deleted, CLIENTS, (id) => act(admin, id, 'softDelete'));
  await settled(admin, deleted, isAt('SOFT_DELETED'));
  const shelved = of('unshelve');
  await byMany(shelved, CLIENTS, (id) => act(admin, id, 'shelve'));
  await settled(admin, shelved, isShelved);
  const withTwoPorts = of('detach');
  await byMany(withTwoPorts, CLIENTS, (id) => attachPort(admin, id));
  await settled(admin, withTwoPorts, isIdle);
  if (rows.some(({ action }) => action === 'evacuate')) await declareDead(admin, true);
  const guests = guestsOnHosts(region, SOURCE);
  const diskOf = (id: string) => guests.find(({ instanceUuid }) => instanceUuid === id)?.disk ?? null;
  // An evacuation makes the disk anew.
  return servers.map((server) => ({ ...server, disk: server.row.action === 'evacuate' ? null : diskOf(server.id) }));
}

const nameOf = ({ kind, direction, step, at }: TableRow): string => `${kind}-${direction}-${step}-${at}`;

const isAt =
  (status: string) =>
  ({ status: now, 'OS-EXT-STS:task_state': task, 'OS-EXT-SRV-ATTR:host': host }: ListedServer): boolean =>
    now === status && task === null && (host ?? '').startsWith(`${SOURCE}-`);

const isShelved = ({ status, 'OS-EXT-STS:task_state': task }: ListedServer): boolean =>
  status === 'SHELVED_OFFLOADED' && task === null;

const isIdle = ({ 'OS-EXT-STS:task_state': task }: ListedServer): boolean => task === null;

async function settled(admin: ApiClient, ids: readonly string[], is: (server: ListedServer) => boolean): Promise<void> {
  const servers = await untilSettled(admin, ids, is, READY_AFTER_MS);
  const wrong = servers.filter((server) => server === undefined || !is(server));
  if (wrong.length > 0) throw new Error(`servers are not ready: ${wrong.map(describe).join('; ')}`);
}
