import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atInterrupt, interruptible } from '../../support/interruptible.ts';
import { scriptOptions } from '../../support/script-options.ts';
import { BenchRegion, prepare } from '../bench-region.ts';
import type { ComputeClient } from '../compute-client.ts';
import { manyAtOnce } from '../measures.ts';
import { fateOf, recovery, showLatency } from './aftermath.ts';
import { capacityOf, offer, Tally } from './offer.ts';
import { grown, type Memory, memoryOf, total } from './process-memory.ts';
import { HEAD, intervalLine, intervalOf, memoryLine } from './report.ts';
import { type Login, Workload } from './workload.ts';

const HELP = `npm run bench:overload -- [options]

Offers a region more than it can serve, and shows that it stays whole: it refuses what is too much, its memory stays bounded, it loses nothing that it
accepted, and it recovers. The region is one as bench:goals starts it, with simulated hosts; it is removed afterwards. First 16 clients that wait for
their answers show what it serves a second of a mix of GETs, lists, creates and deletes. Then clients that do not wait offer that rate times --times.
Prints every 15 s what was offered, served, refused (429 or 503 with Retry-After), failed (other answers of 500 or more, refusals without Retry-After, no
answer within 90 s), the time of what was served, and the memory of all processes. "not sent" is what was due while --clients requests were
without an answer. In the end: every accepted server must be ACTIVE or, after an accepted delete, gone; no process may have grown after the first
minute by more than 128 MiB and 50 %; GET must be within twice its idle time again within --recovery seconds. Ends with 1 when something is not so.

  --minutes N    how long it is offered too much (10); 1 is the short form
  --times N      of what it serves (10)
  --cells N      cells (2)
  --hosts N      simulated hosts of each cell (50)
  --clients N    most requests without an answer (1000, the most connections that the api lets one address have)
  --recovery N   s (30)
  --json         one line of JSON an interval, and one in the end
`;

const options = scriptOptions(
  HELP,
  {
    minutes: { type: 'string', default: '10' },
    times: { type: 'string', default: '10' },
    cells: { type: 'string', default: '2' },
    hosts: { type: 'string', default: '50' },
    clients: { type: 'string', default: '1000' },
    recovery: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
  { counts: ['minutes', 'times', 'cells', 'hosts', 'clients', 'recovery'] },
);
const [minutes, times, cells, hosts, clients, recoverySeconds] = [
  ...[options.minutes, options.times, options.cells, options.hosts, options.clients, options.recovery].map(Number),
] as [number, number, number, number, number, number];

/** As bench:goals: requests are bounded by what is worked on and what waits, and not by a rate. */
const NO_RATE = { VOLVOX_BUDGETS_REQUESTS_PER_SECOND: '1000000', VOLVOX_BUDGETS_REQUEST_BURST: '1000000' };
const CLOSED_CLIENTS = 16;
const CAPACITY_SECONDS = 10;
const INTERVAL_MS = 15_000;
/** Processes are warm after so long of the load, ms. */
const WARM_MS = 60_000;
/** Until everything that was accepted is done, ms. */
const SETTLE_MS = 300_000;
const SHOWN_REASONS = 10;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => {
  if (!options.json) say(line);
};

/** @returns the memory when the processes were warm. */
async function load(region: BenchRegion, workload: Workload, perSecond: number): Promise<Memory> {
  const from = performance.now();
  const until = from + minutes * 60_000;
  let tally = new Tally();
  let warm: Memory | undefined;
  const reasons = new Map<string, number>();
  const close = async (): Promise<void> => {
    const over = tally;
    tally = new Tally();
    const memory = memoryOf((await region.running()).processes);
    const seconds = (performance.now() - from) / 1_000;
    const interval = intervalOf(seconds, over, memory);
    say(options.json ? JSON.stringify(interval) : intervalLine(interval));
    for (const [reason, count] of over.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    // A run of one minute takes its half.
    if (seconds * 1_000 >= Math.min(WARM_MS, (minutes * 60_000) / 2)) warm ??= memory;
  };
  const timer = setInterval(() => void close(), INTERVAL_MS);
  try {
    await offer(workload, { perSecond, clients, until }, () => tally);
  } finally {
    clearInterval(timer);
  }
  await close();
  for (const [reason, count] of [...reasons].sort(([, one], [, other]) => other - one).slice(0, SHOWN_REASONS))
    tell(`${String(count).padStart(7)} × ${reason}`);
  if (warm === undefined) throw new Error('the load ended before the processes were warm');
  return warm;
}

async function measure(region: BenchRegion, client: ComputeClient): Promise<void> {
  const input = await prepare(client);
  const { url } = await region.running();
  const login: Login = { url, token: client.token, input };
  await manyAtOnce(client, input, 60, 8, 'warm');
  const idleMs = await showLatency(client, 200);

  const before = new Workload(login, 'before', CLOSED_CLIENTS);
  for (let n = 0; n < 100; n++) await before.create();
  const capacity = await capacityOf(before, CLOSED_CLIENTS, CAPACITY_SECONDS);
  const perSecond = Math.ceil(capacity * times);
  tell(`GET ${idleMs.toFixed(1)} ms when idle; ${capacity.toFixed(0)} requests/s served to ${CLOSED_CLIENTS} clients`);
  tell(`${perSecond} requests/s are offered for ${minutes} min, by ${clients} clients\n${HEAD}`);

  const workload = new Workload(login, 'overload', clients);
  const processes = (await region.running()).processes;
  const warm = await load(region, workload, perSecond);
  const recovered = await recovery(client, idleMs, recoverySeconds * 1_000);
  const after = memoryOf((await region.running()).processes);
  const fate = await fateOf(client, workload, SETTLE_MS);
  const earlier = await fateOf(client, before, SETTLE_MS);
  await before.close();
  await workload.close();

  const tooLarge = grown(warm, after);
  const now = (await region.running()).processes;
  const ended = processes.filter(({ name, pid }) => !now.some((one) => one.name === name && one.pid === pid));
  const lost = [...fate.lost, ...earlier.lost];
  const isWhole = lost.length === 0 && tooLarge.length === 0 && recovered !== null && ended.length === 0;
  if (!isWhole) process.exitCode = 1;
  if (options.json) {
    say(
      JSON.stringify({
        ...{ capacity, perSecond, minutes, idleMs, recoveredSeconds: recovered, isWhole, lost },
        ...{ accepted: fate.accepted, active: fate.active, deleted: fate.deleted, settledSeconds: fate.seconds },
        ...{ unanswered: workload.unanswered, warmMib: warm, afterMib: after, grown: Object.fromEntries(tooLarge) },
      }),
    );
    return;
  }
  say(memoryLine(warm, after));
  say(`memory: ${total(warm).toFixed(0)} MiB when warm, ${total(after).toFixed(0)} MiB after the load`);
  for (const [name, mib] of tooLarge) say(`GREW  ${name} by ${mib.toFixed(0)} MiB`);
  for (const { name } of ended) say(`ENDED ${name}`);
  for (const one of lost.slice(0, 20)) say(`LOST  ${one}`);
  say(
    `servers: ${fate.accepted} accepted, ${fate.active} ACTIVE, ${fate.deleted} deleted, ${lost.length} lost; settled in ${fate.seconds.toFixed(1)} s`,
  );
  say(`creates without an answer: ${workload.unanswered}`);
  say(
    recovered === null
      ? `NOT RECOVERED within ${recoverySeconds} s`
      : `GET is within twice its idle time again after ${recovered.toFixed(1)} s`,
  );
  say(isWhole ? 'whole' : 'NOT WHOLE');
}

await interruptible(async () => {
  Object.assign(process.env, NO_RATE);
  const home = await mkdtemp(join(tmpdir(), 'volvox-overload-'));
  atInterrupt(() => rm(home, { recursive: true, force: true }));
  const region = new BenchRegion(home);
  try {
    await region.start('--simulate', String(hosts * cells), '--cells', String(cells));
    const client = await region.login(CLOSED_CLIENTS);
    await measure(region, client);
    await client.close();
  } finally {
    await region.stop();
    await rm(home, { recursive: true, force: true });
  }
});
