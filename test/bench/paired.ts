import { rm } from 'node:fs/promises';
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
  /** How often both regions are started anew. */
  readonly starts: number;
  /** After each start. */
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

type Figures = Record<Figure, number>;
type SideName = 'this' | 'other';

/** One of the two regions, from a start to its stop. */
interface Side {
  readonly name: SideName;
  readonly client: ComputeClient;
  readonly input: BuildInput;
  readonly usage: () => Usage;
}

const SINGLES = 20;
const SHOWS = 100;
const LISTS = 10;
/** The API's own limit. */
const MAX_LISTED = 1_000;

/**
 * Runs the region of this checkout and that of another one side by side, measures them in turn, round by round, and prints each figure of both with
 * the ratio (this : other) of each round: whatever slows the machine for a while slows both. Two regions of one checkout differ by some per
 * cent from start to start, so both are started anew several times, each of them first in turn.
 */
export async function comparePaired(options: PairedOptions, say: (line: string) => void): Promise<void> {
  const results: Record<SideName, Figures[]> = { this: [], other: [] };
  for (let start = 0; start < options.starts; start++) {
    const names: readonly SideName[] = start % 2 === 0 ? ['this', 'other'] : ['other', 'this'];
    await measureOneStart(names, options, results);
    say(`start ${start + 1} of ${options.starts}`);
  }
  tell(results, say);
}

async function measureOneStart(
  names: readonly SideName[],
  options: PairedOptions,
  results: Record<SideName, Figures[]>,
): Promise<void> {
  const regions = names.map(
    (name) => new BenchRegion(join(options.home, name), name === 'this' ? undefined : options.against),
  );
  try {
    const sides: Side[] = [];
    for (const [index, region] of regions.entries()) {
      await region.start('--simulate', options.hosts);
      const client = await region.login(options.clients);
      const name = names[index] ?? 'this';
      sides.push({ name, client, input: await prepare(client), usage: await region.meter() });
    }
    // Both are asked for the same.
    const minor = Math.min(...sides.map(({ client }) => client.newestMinor));
    for (const { client } of sides) client.speak(minor);
    // The first round warms up.
    for (let round = 0; round <= options.rounds; round++) {
      const order = round % 2 === 0 ? sides : sides.toReversed();
      for (const side of order) {
        const figures = await measureRound(side, options, `r${round}`);
        if (round > 0) results[side.name].push(figures);
      }
    }
    await Promise.all(sides.map(({ client }) => client.close()));
  } finally {
    await allEnded(regions.map((region) => region.stop()));
    await allEnded(regions.map(({ home }) => rm(home, { recursive: true, force: true })));
  }
}

async function measureRound(
  { client, input, usage }: Side,
  { servers, clients }: PairedOptions,
  prefix: string,
): Promise<Figures> {
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

function tell(results: Record<SideName, readonly Figures[]>, say: (line: string) => void): void {
  say(`${'medians of rounds'.padEnd(24)} ${'this'.padStart(9)} ${'other'.padStart(9)}   ratio (from–to)`);
  for (const [figure, unit] of Object.entries(FIGURES) as [Figure, string][]) {
    const ours = results.this.map((round) => round[figure]);
    const theirs = results.other.map((round) => round[figure]);
    const ratios = summarize(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
    const shown = [ours, theirs].map((values) => summarize(values).median.toPrecision(3).padStart(9));
    say(
      `${figure.padEnd(24)} ${shown.join(' ')}   ${ratios.median.toFixed(2)} (${ratios.min.toFixed(2)}–${ratios.max.toFixed(2)}) ${unit}`,
    );
  }
}
