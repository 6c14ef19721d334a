import { setTimeout as delay } from 'node:timers/promises';
import { byMany } from '../../support/many-servers.ts';
import { type DeclaredHost, declaredDifferences, declaredHosts, standing } from './declared.ts';
import { dumpDifferences, dumpHost, type HostDump, renamed } from './host-dump.ts';
import type { NetworkFault } from './network-faults.ts';
import type { NetworkRow, Swing } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { passingNames } from './passing-names.ts';
import type { Plot } from './plot.ts';

/** The promise: the hosts are as declared within this time of the fault's end, ms. */
export const PROMISED_MS = 60_000;
/** How much longer a round waits, to tell late from never, ms. */
const GIVEN_UP_MS = 60_000;
export const LOOK_EVERY_MS = 500;
/** So many rows are asked together. */
export const TOGETHER = 6;

export type Direction = 'forth' | 'back';
export const DIRECTIONS: readonly Direction[] = ['forth', 'back'];

interface NetworkVerdict {
  /** From the end of the fault; null: never. */
  readonly seconds: number | null;
  /** The change was sent while the fault was in effect, not before. */
  readonly during: boolean;
  readonly wrong: readonly string[];
}

export interface NetworkRound {
  readonly fault: NetworkFault;
  readonly direction: Direction;
  readonly verdicts: ReadonlyMap<NetworkRow, NetworkVerdict>;
  /** Until all of all hosts was as declared; null: never. */
  readonly seconds: number | null;
  /** What was not. */
  readonly uneven: readonly string[];
}

export interface Ready extends Swing {
  readonly row: NetworkRow;
  readonly plot: Plot;
}

/** What hosts are when all changes are in effect, and when none is: as agents built them from nothing. */
export type References = Readonly<Record<Direction, readonly HostDump[]>>;

/** One fault, while all changes are in progress: half of them are sent just before it, the others while it is in effect. */
export async function runNetworkRound(
  world: NetworkWorld,
  fault: NetworkFault,
  ready: readonly Ready[],
  direction: Direction,
  { number, references }: { readonly number: number; readonly references: References },
): Promise<NetworkRound> {
  const failed = new Map<Ready, string>();
  const open = new Set<Ready>();
  // Each row is sent before the fault in one round, and during it in the next.
  const isDuring = (one: Ready): boolean => (ready.indexOf(one) + number) % 2 === 0;
  const sending: Promise<void>[] = [];
  const sendHalf = (during: boolean): void => {
    for (const one of ready.filter((each) => isDuring(each) === during)) {
      open.add(one);
      const sent = one[direction]();
      sending.push(
        sent
          .then(() => undefined)
          .catch((error: Error) => void failed.set(one, error.message))
          .finally(() => open.delete(one)),
      );
    }
  };
  sendHalf(false);
  await fault.strike(world, async () => sendHalf(true));
  const since = Date.now();
  const looked = await watch(world, ready, { direction, since, open, reference: references[direction] });
  await Promise.all(sending);
  const verdicts = new Map(
    ready.map((one) => {
      const { seconds, wrong } = looked.verdicts.get(one.row) ?? { seconds: null, wrong: ['no verdict'] };
      const refused = failed.get(one);
      return [one.row, { seconds, during: isDuring(one), wrong: refused === undefined ? wrong : [...wrong, refused] }];
    }),
  );
  return { fault, direction, verdicts, seconds: looked.seconds, uneven: looked.uneven };
}

interface Watched {
  readonly direction: Direction;
  readonly since: number;
  readonly open: ReadonlySet<Ready>;
  readonly reference: readonly HostDump[];
}

/** Looks until every change is in effect and all hosts are right at the same time, or the time is over. */
async function watch(world: NetworkWorld, ready: readonly Ready[], { direction, since, open, reference }: Watched) {
  const verdicts = new Map<NetworkRow, Pick<NetworkVerdict, 'seconds' | 'wrong'>>();
  const late = (ms: number): string[] => (ms > PROMISED_MS ? [`late: ${Math.round(ms / 1_000)} s`] : []);
  for (;;) {
    await byMany(ready, TOGETHER, async (one) => {
      const right = direction === 'forth' ? one.after : one.before;
      const got = open.has(one) ? 'not answered' : await one.probe().catch((error: Error) => error.message);
      const ms = Date.now() - since;
      // One that is in effect must stay so: a later change counts against it.
      if (got !== right) verdicts.set(one.row, { seconds: null, wrong: [`${got}, not ${right}`] });
      else if ((verdicts.get(one.row)?.seconds ?? null) === null)
        verdicts.set(one.row, { seconds: ms / 1_000, wrong: late(ms) });
    });
    const allWell = [...verdicts.values()].every(({ seconds }) => seconds !== null);
    const isOver = Date.now() - since > PROMISED_MS + GIVEN_UP_MS;
    if (allWell || isOver) {
      const uneven = await hostDifferences(world, reference).catch((error: Error) => [error.message]);
      const ms = Date.now() - since;
      if (allWell && uneven.length === 0) return { verdicts, seconds: ms / 1_000, uneven: late(ms) };
      if (isOver) return { verdicts, seconds: null, uneven };
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** What stands and is not declared, or the other way round; and all else in which hosts are not as agents build them from nothing. */
async function hostDifferences(world: NetworkWorld, reference: readonly HostDump[]): Promise<string[]> {
  const { dumps, undeclared } = await readHosts(world);
  return [...undeclared, ...differencesOf(world, ['built from nothing', reference], ['now', dumps])];
}

/** All hosts, in words that stay the same; and how they differ from what the API declares. */
export async function readHosts({ region: { admin }, hosts }: NetworkWorld) {
  const declared = await declaredHosts(admin, hosts);
  const words = await passingNames(admin);
  const raw = await Promise.all(hosts.map(dumpHost));
  const undeclared = hosts.flatMap(({ name }, at) =>
    declaredDifferences(name, declared[at] as DeclaredHost, standing(raw[at] as HostDump)),
  );
  return { dumps: raw.map((dump) => renamed(dump, words)), undeclared };
}

export const differencesOf = (
  { hosts }: NetworkWorld,
  [was, before]: readonly [string, readonly HostDump[]],
  [is, after]: readonly [string, readonly HostDump[]],
): string[] =>
  hosts.flatMap(({ name }, at) => dumpDifferences(name, [was, before[at] ?? new Map()], [is, after[at] ?? new Map()]));
