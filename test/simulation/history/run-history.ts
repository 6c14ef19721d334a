import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { CELL_MIGRATIONS } from '../../../cell/database/migrations/index.ts';
import type { Breakage } from '../breakages/breakage.ts';
import { Faults } from '../kernel/faults.ts';
import { Kernel, type Life } from '../kernel/kernel.ts';
import { simulatedApi } from '../region/api.ts';
import { PhysicalHosts } from '../region/physical-hosts.ts';
import { type Compose, SimulatedProcess } from '../region/process.ts';
import { simulatedLog } from '../region/quiet-log.ts';
import { simulatedScheduler } from '../region/scheduler.ts';
import { seedCell, seedDirectory } from '../region/seed.ts';
import { startCell } from '../region/start-cell.ts';
import { simulatedSuperConductor } from '../region/super-conductor.ts';
import type { SimulatedCell, World } from '../region/world.ts';
import { SqlServer } from '../store/sql-server.ts';
import { Network } from '../transport/network.ts';
import { Wakes } from '../transport/wakes.ts';
import { audit } from './audit.ts';
import { ERROR_LOG } from './audit-rebuilds.ts';
import { completeUpload, HOME_LOG, SHOWN_LOG, SILENCE_LOG, whoRuns } from './observer.ts';
import { OPERATION_LAWS } from './operation-laws.ts';
import { intervene } from './operator.ts';
import { isIdle, restless } from './restless.ts';
import { bringTrouble } from './trouble.ts';
import { type Asked, useServer } from './user.ts';

export interface History {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly crashes: number;
  readonly faults: number;
  readonly events: number;
  /** Virtual time, ms. */
  readonly lastedMs: number;
  /** From the last fault, or the last request if that came later, until nothing happened any more, ms. */
  readonly restedMs: number;
  readonly servers: number;
  /** Starts of guests that their cell had given up; see observer.ts. */
  readonly lateStarts: number;
  /** Operations that ended, by kind and how. */
  readonly operations: Readonly<Record<string, number>>;
}

interface HistoryOptions {
  readonly breakage?: Breakage | null;
  /** Told every line of what happens. */
  readonly tell?: ((line: string) => void) | null;
}

/** Kept from history to history: making their tables takes longer than a history. */
const SERVERS = {
  directory: new SqlServer('directory', DIRECTORY_MIGRATIONS, [...HOME_LOG, ...OPERATION_LAWS]),
  cells: [1, 2].map(
    (at) =>
      new SqlServer(`cell${at}`, CELL_MIGRATIONS, [...SHOWN_LOG, ...SILENCE_LOG, ...ERROR_LOG, ...OPERATION_LAWS]),
  ),
};

const HOSTS_A_CELL = 2;
/** In so many histories an operator puts a hand in. */
const OPERATED = 0.3;
const READY_WITHIN_MS = 60_000;
/** How long a history may take to come to rest after the last fault, ms of virtual time. */
const QUIET_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 1_000;

/** The kernel of the history that runs now. */
export const now: { kernel: Kernel } = { kernel: new Kernel(0) };
/** Where a rejection that nobody handles is told. */
export const complaints: { violated: (what: string) => void } = { violated: () => undefined };

/** One history: a region starts, users do things while processes die and messages get lost, then all faults stop, and the books are read. */
export async function runHistory(seed: number, options: HistoryOptions = {}): Promise<History> {
  const kernel = new Kernel(seed);
  now.kernel = kernel;
  const { random } = kernel;
  const violations = new Set<string>();
  const counted: Record<string, number> = {};
  const processes = new Map<string, SimulatedProcess>();
  const tell = (line: string): void => options.tell?.(`${(kernel.elapsed / 1000).toFixed(4).padStart(9)} ${line}`);
  const violated = (what: string): void => {
    tell(`VIOLATION ${what}`);
    violations.add(what);
  };
  complaints.violated = violated;
  const restart = (life: Life): void => processes.get(life.name.split('#')[0] ?? '')?.restart();
  const faults = new Faults(
    kernel,
    random.pick([25, 50, 100, 200]),
    (life) => restart(life),
    options.breakage?.favours ?? null,
  );
  const network = new Network(kernel, faults);

  SERVERS.directory.reset(kernel);
  const cells = SERVERS.cells.map((sql, index): SimulatedCell => {
    sql.reset(kernel);
    const name = `cell${index + 1}`;
    const hostNames = Array.from({ length: HOSTS_A_CELL }, (_, at) => `${name}-host${at + 1}`);
    const conductors = random.chance(0.35) ? 2 : 1;
    return {
      id: `ce110000-0000-4000-8000-00000000000${index + 1}`,
      name,
      sql,
      hostNames,
      conductors,
      times: {
        shelvedOffloadSeconds: random.pick([0, 0, 5, -1]),
        reclaimInstanceSeconds: random.pick([0, 0, 20, 1_000_000]),
        resizeConfirmSeconds: random.pick([0, 0, 0, 20]),
      },
    };
  });
  seedDirectory(SERVERS.directory, cells);
  for (const cell of cells) seedCell(cell);

  const world: World = {
    kernel,
    faults,
    network,
    globalWakes: new Wakes(kernel, faults),
    directory: SERVERS.directory,
    cells,
    hosts: new PhysicalHosts({
      starts: (guest, others) => whoRuns(world, guest, others),
      uploads: (imageId) => completeUpload(world, imageId),
    }),
    breakage: options.breakage ?? null,
    declaredTooSoon: new Set(),
    powerOff: (hostName) => {
      tell(`${hostName} loses its power`);
      world.hosts.powerOff(hostName);
      const agent = processes.get(`${hostName}-compute`)?.life;
      if (agent !== undefined) faults.crash(agent);
    },
    logOf: (life) => simulatedLog(options.tell == null ? null : tell, life.name),
    tell,
    count: (what) => {
      counted[what] = (counted[what] ?? 0) + 1;
    },
    violated,
  };

  const add = (name: string, compose: Compose): void => {
    const process = new SimulatedProcess(world, name, compose);
    processes.set(name, process);
    process.start();
  };
  const immortal = (name: string): Life => ({
    name,
    alive: true,
    immortal: true,
    pausedUntil: 0,
    atDeath: new Set(),
  });
  const scheduler = immortal('scheduler');
  for (const service of simulatedScheduler(world, scheduler)) kernel.plan(0, scheduler, () => void service.start());
  for (const cell of cells) startCell(world, cell, add);
  for (let at = 1; at <= (random.chance(0.35) ? 2 : 1); at++)
    add(`super-conductor${at}`, (life) => simulatedSuperConductor(world, life));
  add('api', (life) => simulatedApi(world, life));

  const hostsUp = (): boolean =>
    cells.every(({ sql }) => sql.look('SELECT id FROM hosts WHERE up = 1').length === HOSTS_A_CELL);
  await run(kernel, hostsUp, READY_WITHIN_MS);
  if (!hostsUp()) violated('the region does not start');

  const stormMs = random.between(6_000, 22_000);
  let aloneAt = 0;
  faults.begin();
  kernel.plan(stormMs, null, () => {
    tell('the faults stop');
    faults.end();
    aloneAt = kernel.elapsed;
  });
  bringTrouble(world, stormMs);
  const asked: Asked[] = [];
  const user = immortal('user');
  const servers = 1 + random.below(3);
  let using = servers;
  for (let at = 0; at < servers; at++) {
    kernel.plan(0, user, () => {
      void useServer(world, user, random.next() * 3_000).then((one) => {
        asked.push(one);
        using -= 1;
        aloneAt = Math.max(aloneAt, kernel.elapsed);
      });
    });
  }

  if (random.chance(OPERATED)) kernel.plan(0, user, () => void intervene(world, user, 1 + random.below(3), stormMs));

  const quiet = (): boolean =>
    using === 0 && !faults.raging && [...processes.values()].every(({ life }) => life !== undefined) && isIdle(world);
  await run(kernel, quiet, QUIET_WITHIN_MS);
  if (using > 0) violated('a user waits for ever');
  for (const what of restless(world)) violated(`never idle: ${what}`);
  for (const what of audit(world, asked)) violated(what);
  return {
    seed,
    violations: [...violations],
    crashes: faults.crashes(),
    faults: Object.values(faults.counts).reduce((sum, count) => sum + count, 0),
    events: kernel.events,
    lastedMs: kernel.elapsed,
    restedMs: kernel.elapsed - aloneAt,
    servers,
    operations: operationsOf(world),
    lateStarts: counted['late starts'] ?? 0,
  };
}

/** Runs until `over`, asked now and then, or for so long. */
function run(kernel: Kernel, over: () => boolean, mostMs: number): Promise<void> {
  const until = kernel.now + mostMs;
  let nextLook = kernel.now;
  return kernel.run(() => {
    if (kernel.now >= until) return true;
    if (kernel.now < nextLook) return false;
    nextLook = kernel.now + LOOK_EVERY_MS;
    return over();
  });
}

function operationsOf({ directory, cells }: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sql of [directory, ...cells.map((cell) => cell.sql)]) {
    for (const row of sql.look<{ kind: string; state: string }>('SELECT kind, state FROM operations')) {
      const key = `${row.kind} ${row.state}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}
