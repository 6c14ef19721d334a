import { makeNetwork } from '../../federation/reach/namespace-region.ts';
import { untilEven } from '../../support/books/region-books.ts';
import { atInterrupt } from '../../support/interruptible.ts';
import { byMany } from '../../support/many-servers.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { deleteAll } from './delete-all.ts';
import { dumpHost, type HostDump } from './host-dump.ts';
import { NETWORK_FAULTS, type NetworkFault } from './network-faults.ts';
import {
  DIRECTIONS,
  type Direction,
  differencesOf,
  LOOK_EVERY_MS,
  type NetworkRound,
  PROMISED_MS,
  type Ready,
  type References,
  readHosts,
  runNetworkRound,
  TOGETHER,
} from './network-round.ts';
import type { NetworkRow } from './network-rows.ts';
import { networkLine } from './network-table.ts';
import type { NetworkWorld } from './network-world.ts';
import { Plot } from './plot.ts';
import { rebuildHosts } from './rebuild-host.ts';
import { countDifferences, tableCounts } from './table-counts.ts';

const SET_UP_MS = 120_000;

export interface NetworkWave {
  readonly rounds: readonly NetworkRound[];
  /** In which hosts that had not seen a fault were not as agents built them from nothing. */
  readonly unlike: readonly string[];
  /** What was left when all had been deleted. */
  readonly left: readonly string[];
}

export const faultsNamed = (names: readonly string[]): readonly NetworkFault[] =>
  NETWORK_FAULTS.filter(({ name }) => names.includes(name));

/** These faults on all rows: each strikes twice, while all changes are made and while all are taken back. */
export async function runNetworkWave(
  world: NetworkWorld,
  faults: readonly NetworkFault[],
  rows: readonly NetworkRow[],
  say: (text: string) => void,
): Promise<NetworkWave> {
  // Makes the group that every project has.
  await world.region.admin.call('network', 'GET /v2.0/security-groups', {});
  const empty = { dumps: await Promise.all(world.hosts.map(dumpHost)), counts: await tableCounts(world.sql) };
  const ready = await setUp(world, rows);
  const plots = ready.map(({ plot }) => plot);
  const rounds: NetworkRound[] = [];
  const unplugAll = async (): Promise<void> => void (await Promise.all(plots.map((plot) => plot.unplug())));
  const unplugged = atInterrupt(unplugAll);
  try {
    await byMany(plots, TOGETHER, (plot) => plot.plug());
    const { references, unlike } = await buildReferences(world, ready);
    for (const line of unlike) say(`       without a fault: ${line}`);
    for (const { probe, before, row } of ready)
      await waitUntil(`${row.section}, ${row.forth}: ${before}`, async () => (await probe()) === before, SET_UP_MS);
    for (const fault of faults)
      for (const direction of DIRECTIONS) {
        const from = Date.now();
        const round = await runNetworkRound(world, fault, ready, direction, { number: rounds.length, references });
        rounds.push(round);
        say(networkLine(round, (Date.now() - from) / 1_000));
      }
    await unplugAll();
    const left = await leftBehind(world, empty);
    for (const line of left) say(`       left: ${line}`);
    return { rounds, unlike, left };
  } finally {
    await unplugAll();
    unplugged();
  }
}

async function setUp(world: NetworkWorld, rows: readonly NetworkRow[]): Promise<readonly Ready[]> {
  const more = { 'router:external': true };
  const external = await makeNetwork(world.region, 'row-outside', [world.floatingRange], more);
  const ready = new Map<NetworkRow, Ready>();
  await byMany([...rows.entries()], TOGETHER, async ([index, row]) => {
    const plot = new Plot(world, `row-${index}`, index, external.id);
    ready.set(row, { ...(await row.prepare(plot)), row, plot });
  });
  return rows.flatMap((row) => ready.get(row) ?? []);
}

/** Makes all changes, and takes them back, without a fault; each time the agents build their hosts again from nothing. */
async function buildReferences(world: NetworkWorld, ready: readonly Ready[]) {
  const unlike: string[] = [];
  const plots = ready.map(({ plot }) => plot);
  const build = async (direction: Direction): Promise<readonly HostDump[]> => {
    await byMany(ready, TOGETHER, async (one) => void (await one[direction]()));
    const stood = await untilStill(world);
    await byMany(plots, TOGETHER, (plot) => plot.unplug());
    await rebuildHosts(world);
    await untilTapsStand(world);
    await byMany(plots, TOGETHER, (plot) => plot.plug());
    const built = await untilStill(world);
    unlike.push(...differencesOf(world, ['as it stood', stood], ['built from nothing', built]));
    return built;
  };
  const references: References = { forth: await build('forth'), back: await build('back') };
  return { references, unlike };
}

/** Floating addresses come when guests speak. */
async function untilTapsStand(world: NetworkWorld): Promise<void> {
  const stand = async (): Promise<boolean> =>
    (await readHosts(world)).undeclared.every((line) => !/: (taps|namespaces) /.test(line));
  await waitUntil('hosts that are built again', stand, SET_UP_MS, LOOK_EVERY_MS);
}

/** As declared, and the same twice. */
async function untilStill(world: NetworkWorld): Promise<readonly HostDump[]> {
  let last = await readHosts(world);
  let why: readonly string[] = [];
  await waitUntil(
    'hosts that are as declared',
    async () => {
      const now = await readHosts(world);
      why = [...now.undeclared, ...differencesOf(world, ['at first', last.dumps], ['then', now.dumps])];
      last = now;
      return why.length === 0;
    },
    SET_UP_MS,
    LOOK_EVERY_MS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${why.join('\n')}`);
  });
  return last.dumps;
}

/** What the hosts and the tables have now that they had not in the beginning, when all is deleted. */
async function leftBehind(
  world: NetworkWorld,
  empty: { readonly dumps: readonly HostDump[]; readonly counts: ReadonlyMap<string, number> },
): Promise<string[]> {
  const { region, sql, hosts } = world;
  const left = await deleteAll(region.admin, PROMISED_MS);
  const { differences } = await untilEven(region.region, sql, PROMISED_MS, isOfTaps);
  let more: string[] = [];
  await waitUntil(
    'the hosts and tables of the beginning',
    async () => {
      const dumps = await Promise.all(hosts.map(dumpHost));
      more = [
        ...differencesOf(world, ['in the beginning', empty.dumps], ['now', dumps]),
        ...countDifferences(empty.counts, await tableCounts(sql)),
      ];
      return more.length === 0;
    },
    PROMISED_MS,
    LOOK_EVERY_MS,
  ).catch(() => undefined);
  return [...left, ...differences.filter((line) => !isOfTaps(line)), ...more];
}

/** Of a cell's first host alone; here the hosts are read themselves. */
const isOfTaps = (line: string): boolean => /: the tap /.test(line);
