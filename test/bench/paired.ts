import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { BenchRegion, prepare } from './bench-region.ts';
import type { ComputeClient } from './compute-client.ts';
import { type BuildInput, deleteAll, listTimes, manyAtOnce, oneAtATime, showTimes } from './measures.ts';
import type { Usage } from './process-usage.ts';
import { summarize } from './statistics.ts';

interface PairedOptions {
  /** The checkout that this one is compared with. */
  readonly against: string;
  /** Where both regions keep their state. */
  readonly home: string;
  readonly hosts: string;
  readonly rounds: number;
  readonly servers: number;
  readonly clients: number;
}

/** What a round measures, each as one figure: a median, a rate, or a mean. */
const FIGURES = {
  'POST /servers': 'ms',
  'POST → ACTIVE, one': 'ms',
  'servers at once': 'a second',
  'CPU per server built': 'ms',
  'GET a server': 'ms',
  'list-detail of all': 'ms',
  delete: 'a second',
  'CPU per server deleted': 'ms',
} as const;
type Figure = keyof typeof FIGURES;

interface Side {
  readonly client: ComputeClient;
  readonly input: BuildInput;
  readonly usage: () => Usage;
  readonly rounds: Record<Figure, number>[];
}

const SINGLES = 20;
const SHOWS = 100;
const LISTS = 10;
/** The API's own limit. */
const MAX_LISTED = 1_000;

/**
 * Runs the region of this checkout and that of another one side by side, measures them in turn, round by round, and prints each figure of both with
 * the ratio (this : other) of each round: whatever slows the machine for a while slows both.
 */
export async function comparePaired(options: PairedOptions, say: (line: string) => void): Promise<void> {
  const { rounds, hosts } = options;
  const regions = [
    new BenchRegion(join(options.home, 'this')),
    new BenchRegion(join(options.home, 'other'), options.against),
  ];
  try {
    const sides: Side[] = [];
    for (const region of regions) {
      await region.start('--simulate', hosts);
      const client = await region.login(options.clients);
      sides.push({ client, input: await prepare(client), usage: await region.meter(), rounds: [] });
    }
    // Both are asked for the same.
    const minor = Math.min(...sides.map(({ client }) => client.newestMinor));
    for (const { client } of sides) client.speak(minor);
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const order = round % 2 === 0 ? sides : sides.toReversed();
      for (const side of order) {
        const figures = await measureRound(side, options, `r${round}`);
        if (round > 0) side.rounds.push(figures);
      }
      if (round > 0) say(`round ${round} of ${rounds}`);
    }
    const [here, there] = sides;
    if (here !== undefined && there !== undefined) tell(here, there, say);
    await Promise.all(sides.map(({ client }) => client.close()));
  } finally {
    await allEnded(regions.map((region) => region.stop()));
  }
}

async function measureRound(
  { client, input, usage }: Side,
  { servers, clients }: PairedOptions,
  prefix: string,
): Promise<Record<Figure, number>> {
  const median = (values: readonly number[]): number => summarize(values).median;
  const single = await oneAtATime(client, input, SINGLES);
  const [many, builtMs] = await withCpu(usage, () => manyAtOnce(client, input, servers, clients, prefix));
  const [some] = (await client.call('compute', 'GET /servers', { query: { limit: 1 } })).body.servers;
  if (some === undefined) throw new Error('no server is listed');
  const shows = await showTimes(client, some.id, SHOWS);
  const lists = await listTimes(client, Math.min(SINGLES + servers, MAX_LISTED), LISTS);
  const [deleted, deletedMs] = await withCpu(usage, async () => {
    const all = await deleteAll(client);
    await untilQuotaIsBack(client);
    return all;
  });
  return {
    'POST /servers': median(single.post),
    'POST → ACTIVE, one': median(single.active),
    'servers at once': servers / many.seconds,
    'CPU per server built': builtMs / servers,
    'GET a server': median(shows),
    'list-detail of all': median(lists),
    delete: deleted.count / deleted.seconds,
    'CPU per server deleted': deletedMs / deleted.count,
  };
}

/** The last that is done for a server that was deleted. */
async function untilQuotaIsBack(client: ComputeClient): Promise<void> {
  for (;;) {
    const { body } = await client.call('compute', 'GET /limits');
    if (body.limits.absolute.totalInstancesUsed === 0) return;
    await delay(50);
  }
}

/** @returns what the work returned, and the CPU time all processes of the region took meanwhile, ms. */
async function withCpu<T>(usage: () => Usage, work: () => Promise<T>): Promise<[T, number]> {
  const before = usage().cpuSeconds;
  const result = await work();
  return [result, (usage().cpuSeconds - before) * 1000];
}

function tell(here: Side, there: Side, say: (line: string) => void): void {
  say(`${'medians of rounds'.padEnd(24)} ${'this'.padStart(9)} ${'other'.padStart(9)}   ratio (from–to)`);
  for (const [figure, unit] of Object.entries(FIGURES) as [Figure, string][]) {
    const [ours, theirs] = [here, there].map(({ rounds }) => rounds.map((round) => round[figure]));
    const ratios = summarize((ours ?? []).map((value, round) => value / (theirs?.[round] ?? Number.NaN)));
    const shown = [ours ?? [], theirs ?? []].map((values) => summarize(values).median.toPrecision(3).padStart(9));
    say(
      `${figure.padEnd(24)} ${shown.join(' ')}   ${ratios.median.toFixed(2)} (${ratios.min.toFixed(2)}–${ratios.max.toFixed(2)}) ${unit}`,
    );
  }
}
