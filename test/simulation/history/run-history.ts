import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { CELL_MIGRATIONS } from '../../../cell/database/migrations/index.ts';
import { createFakeDriver } from '../../../cell/network/drivers/fake/fake-driver.ts';
import type { Breakage } from '../breakages/breakage.ts';
import { Faults } from '../kernel/faults.ts';
import { Kernel, type Life } from '../kernel/kernel.ts';
import { simulatedCompute, simulatedNetworkAgent } from '../region/agents.ts';
import { simulatedApi } from '../region/api.ts';
import { simulatedConductor } from '../region/conductor.ts';
import { PhysicalHosts } from '../region/physical-hosts.ts';
import { SimulatedProcess } from '../region/process.ts';
import { simulatedLog } from '../region/quiet-log.ts';
import { simulatedScheduler } from '../region/scheduler.ts';
import { seedCell, seedDirectory } from '../region/seed.ts';
import { doorOf, simulatedSuperConductor } from '../region/super-conductor.ts';
import type { SimulatedCell, World } from '../region/world.ts';
import { SqlServer } from '../store/sql-server.ts';
import { Network } from '../transport/network.ts';
import { Wakes } from '../transport/wakes.ts';
import { audit } from './audit.ts';
import { HOME_LOG, SHOWN_LOG, whoRuns } from './observer.ts';
import { OPERATION_LAWS } from './operation-laws.ts';
import { intervene } from './operator.ts';
import { isAtRest, restless } from './restless.ts';
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
  /** Of copies that their cell had given up; see observer.ts. */
  readonly lateStarts: number;
  /** Operations that ended, by kind and how. */
  readonly operations: Readonly<Record<string, number>>;
}

export interface HistoryOptions {
  readonly breakage?: Breakage | null;
  /** Told every line of what happens. */
  readonly tell?: ((line: string) => void) | null;
}

/** Kept from history to history: making their tables takes longer than a history. */
const SERVERS = {
  directory: new SqlServer('directory', DIRECTORY_MIGRATIONS, [...HOME_LOG, ...OPERATION_LAWS]),
  cells: [1, 2].map((at) => new SqlServer(`cell${at}`, CELL_MIGRATIONS, [...SHOWN_LOG, ...OPERATION_LAWS])),
};

const HOSTS_A_CELL = 2;
/** In so many histories an operator puts a hand in. */
const OPERATED = 0.3;
const READY_WITHIN_MS = 60_000;
/** How long a history may take to come to rest after the last fault, ms of virtual time. */
const PATIENCE_MS = 30 * 60_000;
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
  const started = new Map<string, SimulatedProcess>();
  const tell = (line: string): void => options.tell?.(`${(kernel.elapsed / 1000).toFixed(4).padStart(9)} ${line}`);
  const violated = (what: string): void => {
    tell(`VIOLATION ${what}`);
    violations.add(what);
  };
  complaints.violated = violated;
  const restart = (life: Life): void => started.get(life.name.split('#')[0] ?? '')?.restart();
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
    return { id: `ce110000-0000-4000-8000-00000000000${index + 1}`, name, sql, hostNames, conductors };
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
    hosts: new PhysicalHosts({ starts: (guest, others) => whoRuns(world, guest, others) }),
    breakage: options.breakage ?? null,
    logOf: (life) => simulatedLog(options.tell == null ? null : tell, life.name),
    tell,
    count: (what) => {
      counted[what] = (counted[what] ?? 0) + 1;
    },
    violated,
  };

  const add = (name: string, compose: ConstructorParameters<typeof SimulatedProcess>[2]): void => {
    const process = new SimulatedProcess(world, name, compose);
    processes.set(name, process);
    started.set(name, process);
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
  for (const cell of cells) addCell(world, cell, random, add);
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
    using === 0 && !faults.raging && [...processes.values()].every(({ life }) => life !== undefined) && isAtRest(world);
  await run(kernel, quiet, PATIENCE_MS);
  if (using > 0) violated('a user waits for ever');
  for (const what of restless(world)) violated(`never at rest: ${what}`);
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

function addCell(
  world: World,
  cell: SimulatedCell,
  random: Kernel['random'],
  add: (name: string, compose: ConstructorParameters<typeof SimulatedProcess>[2]) => void,
): void {
  const { kernel, faults } = world;
  const wakes = new Wakes(kernel, faults);
  for (let at = 0; at < cell.conductors; at++)
    add(`${cell.name}-conductor${at}`, (life) => simulatedConductor(world, life, cell, at, wakes));
  for (const name of cell.hostNames) {
    const host = { name, agentId: random.uuid() };
    add(`${name}-compute`, (life) => simulatedCompute(world, life, cell, host, wakes));
  }
  const driver = createFakeDriver({
    hostNames: cell.hostNames,
    plugMs: 5,
    failHosts: [],
    hangHosts: [],
    failPercent: 0,
    clock: kernel.clock,
  });
  const agentId = random.uuid();
  add(`${cell.name}-network`, (life) => simulatedNetworkAgent(world, life, cell, agentId, driver, wakes));
}

/** What lasts for a while: a cell that cannot be reached from outside, a database that is away, a host that starts no guest. */
function bringTrouble({ kernel, network, cells, directory, hosts, tell }: World, stormMs: number): void {
  const { random } = kernel;
  const perhaps = (chance: number, what: string, begin: () => void, end: () => void): void => {
    if (!random.chance(chance)) return;
    const at = random.next() * stormMs;
    const over = Math.min(stormMs, at + random.between(500, 15_000));
    kernel.plan(at, null, () => {
      tell(what);
      begin();
    });
    kernel.plan(over, null, end);
  };
  for (const { name, hostNames } of cells) {
    const address = doorOf(name);
    perhaps(
      0.25,
      `${name} is cut off`,
      () => network.cut(address),
      () => network.mend(address),
    );
    for (const host of hostNames) {
      perhaps(
        0.15,
        `${host} starts no guest`,
        () => hosts.refusing.add(host),
        () => hosts.refusing.delete(host),
      );
    }
  }
  for (const sql of [directory, ...cells.map((cell) => cell.sql)]) {
    perhaps(
      0.12,
      `the database of ${sql.name} is away`,
      () => {
        sql.away = true;
      },
      () => {
        sql.away = false;
      },
    );
  }
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
