import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { guestsOnHosts } from '../support/books/host-books.ts';
import { type RegionBooks, readBooks, untilEven } from '../support/books/region-books.ts';
import { byMany, deleteEverything, type ListedServer, listServers, untilSettled } from '../support/many-servers.ts';
import { waitUntil } from '../support/wait-until.ts';
import { act } from './act.ts';
import { type CrashFault, SOURCE, TARGET } from './crash-faults.ts';
import type { CrashWorld } from './crash-world.ts';
import { declareDead } from './dead-host.ts';
import { endImages } from './made-images.ts';
import type { Pauses } from './pauses.ts';
import { type PausedServer, pauseServers } from './set-up.ts';
import type { TableRow } from './table-rows.ts';
import { describe, type End, endOf, type Verdict } from './verdict.ts';

/** The promise: a server is idle within this time of the fault's end, ms. */
const PROMISED_MS = 60_000;
/** How much longer a round waits, to tell late from never, ms. */
const GIVEN_UP_MS = 120_000;
const LOOK_EVERY_MS = 250;
/** A look in which the API says nothing for so long is not counted. */
const API_ANSWERS_MS = 5_000;

export interface Round {
  readonly fault: CrashFault;
  readonly verdicts: ReadonlyMap<TableRow, Verdict>;
  /** In how many looks the API did not answer. */
  readonly unanswered: number;
  /** Servers that ran twice at any moment, or whose disk is another one now; what the books said in the end of other things. */
  readonly uneven: readonly string[];
  /** What was left when all servers had been deleted. */
  readonly left: readonly string[];
}

/** One fault, with a server of its own paused at each row's step. */
export async function runRound(world: CrashWorld, fault: CrashFault, rows: readonly TableRow[]): Promise<Round> {
  const { region, pauses } = world;
  try {
    const paused = await pauseServers(world, rows);
    await fault.strike(region, workersOf(region, pauses), async () => pauses.release());
    const struckAt = Date.now();
    if (rows.some(({ action }) => action === 'evacuate')) await declareDead(world.admin, false);
    const { verdicts, books, ranTwice, unanswered } = await watch(world, paused, struckAt);
    const late = await endResizes(world, paused);
    return {
      fault,
      unanswered,
      verdicts: new Map(paused.map(({ row, id }) => [row, verdicts.get(id) ?? never('no verdict')])),
      uneven: [
        ...ranTwice,
        ...otherDisks(region, paused),
        ...books.differences.filter((line) => !paused.some(({ id }) => line.includes(id))),
      ],
      left: [...late, ...(await leftBehind(world))],
    };
  } finally {
    pauses.clear();
  }
}

function workersOf(region: LocalRegion, pauses: Pauses): string[] {
  const pids = pauses.workers();
  return region.processes.running().flatMap(({ name, pid }) => (pids.has(pid) ? [name] : []));
}

const never = (...wrong: readonly string[]): Verdict => ({ seconds: null, end: null, wrong });

/** Looks at list and books until every server is at a right end, or the time is over. */
async function watch(world: CrashWorld, paused: readonly PausedServer[], since: number) {
  const verdicts = new Map<string, Verdict>();
  const ranTwice = new Set<string>();
  let unanswered = 0;
  let books: RegionBooks | undefined;
  for (;;) {
    const [servers, now] = await Promise.all([listed(world.admin), readBooks(world.region, world.sql)]);
    if (servers === null) unanswered += 1;
    books = now;
    for (const line of now.runningTwice) ranTwice.add(line);
    const ms = Date.now() - since;
    for (const one of paused) {
      const verdict = look(one, servers, now, ms);
      const known = verdicts.get(one.id);
      // An idle server must stay idle: a later change counts against it.
      if (verdict.end === null || known?.end !== verdict.end) verdicts.set(one.id, verdict);
    }
    const allWell = [...verdicts.values()].every(({ end }) => end !== null) && books.differences.length === 0;
    if (allWell || ms > PROMISED_MS + GIVEN_UP_MS) return { verdicts, books, ranTwice: [...ranTwice], unanswered };
    await delay(LOOK_EVERY_MS);
  }
}

/** Servers that came out with other disks than they went in with. */
function otherDisks(region: LocalRegion, paused: readonly PausedServer[]): string[] {
  const guests = [SOURCE, TARGET].flatMap((cell) => guestsOnHosts(region, cell));
  return paused.flatMap(({ id, disk }) =>
    guests
      .filter((guest) => guest.instanceUuid === id && disk !== null && guest.disk !== disk)
      .map((guest) => `${id} went in with the disk ${disk} and came out with ${guest.disk}`),
  );
}

function look(subject: PausedServer, servers: Servers, books: RegionBooks, ms: number): Verdict {
  const inBooks = books.differences.filter((line) => line.includes(subject.id));
  const server = servers?.get(subject.id);
  const end: End | null = servers === null ? null : endOf(subject.row, server, inBooks);
  if (end === null) return never(describe(server), ...inBooks);
  const late = ms > PROMISED_MS ? [`late: ${Math.round(ms / 1000)} s`] : [];
  return { seconds: ms / 1000, end, wrong: late };
}

type Servers = ReadonlyMap<string, ListedServer> | null;

/** Null while the API does not answer. */
const listed = (admin: ApiClient): Promise<Servers> =>
  Promise.race([listServers(admin), delay(API_ANSWERS_MS, null)]).catch(() => null);

/** Resizes that are done come to their own end: half confirmed, half reverted. @returns what did not. */
async function endResizes({ admin }: CrashWorld, paused: readonly PausedServer[]): Promise<string[]> {
  const servers = await listServers(admin);
  const open = paused.filter(({ id }) => servers.get(id)?.status === 'VERIFY_RESIZE');
  await byMany([...open.entries()], 8, async ([n, { id }]) => {
    // What does not come to that shows below.
    await waitUntil(`the end of the resize of ${id}`, async () => {
      await act(admin, id, n % 2 === 0 ? 'confirm' : 'revert');
      return true;
    }).catch(() => undefined);
  });
  const isOver = ({ status, 'OS-EXT-STS:task_state': task }: ListedServer): boolean =>
    ['ACTIVE', 'SHUTOFF'].includes(status) && task === null;
  const ids = open.map(({ id }) => id);
  const after = await untilSettled(admin, ids, isOver, PROMISED_MS);
  return after.flatMap((server, n) =>
    server !== undefined && isOver(server) ? [] : [`${ids[n]} did not end its resize: ${describe(server)}`],
  );
}

async function leftBehind({ region, admin, sql, imageName }: CrashWorld): Promise<string[]> {
  const servers = await deleteEverything(admin, PROMISED_MS);
  const { differences, runningTwice: _, ...counts } = await untilEven(region, sql, PROMISED_MS);
  return [
    ...servers.map((server) => `server ${server.id}: ${describe(server)}`),
    ...Object.entries(counts).flatMap(([what, n]) => (n === 0 ? [] : [`${n} ${what}`])),
    ...differences,
    ...(await endImages(admin, imageName)),
  ];
}
