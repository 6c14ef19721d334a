import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import type { DatabaseConfig } from '#platform/database/database.ts';
import { CellDoors, type DoorClient } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createLogger, type Logger } from '#platform/logging/logger.ts';
import { Waker } from '#platform/queue/waker.ts';
import { createClient } from '#platform/rpc/client.ts';
import { systemClock } from '#platform/time/clock.ts';
import { buildApi } from '../../api/app.ts';
import type { BudgetsConfig } from '../../api/budgets/config.ts';
import { createCaches } from '../../api/caches.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { bootstrapIdentity, type Seed } from '../../api/identity/bootstrap.ts';
import { SignedTokens } from '../../api/identity/tokens/signed-tokens.ts';
import { FileImageStore } from '../../api/image/store/file-image-store.ts';
import { COMPUTE_SECTIONS } from '../../cell/compute/config.ts';
import { composeCompute } from '../../cell/compute/service.ts';
import { conductorSections } from '../../cell/conductor/config.ts';
import { buildConductor } from '../../cell/conductor/service.ts';
import type { CellDatabase } from '../../cell/database/cell-database.ts';
import { sections as NETWORK_SECTIONS } from '../../cell/network/config.ts';
import { composeNetwork } from '../../cell/network/service.ts';
import { SCHEDULER_SECTIONS } from '../../scheduler/config.ts';
import { composeScheduler } from '../../scheduler/service.ts';
import { SUPER_CONDUCTOR_SECTIONS } from '../../super-conductor/config.ts';
import { composeSuperConductor } from '../../super-conductor/service.ts';
import { defaultBudgets } from '../support/default-budgets.ts';
import { freePort } from '../support/free-port.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { AGENT_KEY, DOOR_KEY, SERVICE_KEY } from '../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../support/test-redis.ts';
import { waitUntil } from '../support/wait-until.ts';
import { tokenNames } from './token-names.ts';

/** The address that links of answers begin with; nothing listens there, requests are injected. */
export const PUBLIC_URL = 'http://volvox.test';

export interface Region {
  readonly app: FastifyInstance;
  /** What the app is built on. */
  readonly deps: ApiDeps;
  readonly directory: Directory;
  readonly scheduler: ApiDeps['scheduler'];
  /** The simulated host of the only cell. */
  readonly hostName: string;
  /** While true, the door of the cell does not answer the api. */
  silence(silent: boolean): void;
  /** The database of the only cell. */
  readonly cell: CellDatabase;
  /** The calls of the cell's door that are answered like this to the api, until it is set again; null: none. */
  answerInstead(calls: OtherAnswers | null): void;
  /** With a name: the api sees a second host of that name, sends whatever is scheduled there, and actions are accepted and not begun. */
  migrateTo(host: string | null): void;
  stop(): Promise<void>;
}

type OtherAnswers = (door: DoorClient) => Partial<DoorClient>;

interface RegionOptions {
  /** Real accounts and signed tokens instead of tokens that are names of callers. */
  readonly accounts?: readonly Seed[];
  /** Where the processes of the region log to. */
  readonly log?: Logger;
  /** Other budgets of the api than the default ones. */
  readonly budgets?: Partial<BudgetsConfig>;
}

const SIGNING_KEY = 'a-signing-key-for-tests-of-32-chars-or-more';

/**
 * A whole region in this process: api, scheduler, super-conductor, and one cell with its conductor and agents on the fake drivers, over
 * real databases and a real Redis. Only tokens are doubles (token-names.ts), because the recorded scenarios know no Keystone.
 */
export async function startRegion(options: RegionOptions = {}): Promise<Region> {
  const log = options.log ?? createLogger('region', process.env.VOLVOX_TEST_LOG ?? 'silent');
  const folder = await mkdtemp(join(tmpdir(), 'volvox-region-'));
  const [directoryDatabase, cellDatabase, redis] = await Promise.all([
    createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS),
    createTestDatabase<object>([]),
    startTestRedis(),
  ]);
  const started: Service[] = [];
  const run = async (services: readonly Service[]): Promise<void> => {
    for (const service of services) {
      started.push(service);
      await service.start();
    }
  };
  const directory = directoryDatabase.database;
  const cellConfig = loadConfig(conductorSections, { environment: cellEnvironment(cellDatabase.config, redis) });
  const conductor = await buildConductor({ ...cellConfig, database: { ...cellConfig.database, ...NO_PASSWORD } }, log);
  await run(conductor.services);
  const environment = {
    ...directoryEnvironment(directoryDatabase.config, redis),
    ...agentEnvironment(conductor.http.address(), redis, folder),
    VOLVOX_SCHEDULER_PORT: String(await freePort()),
    VOLVOX_SUPER_CONDUCTOR_PORT: '0',
  };
  const schedulerUrl = `http://127.0.0.1:${environment.VOLVOX_SCHEDULER_PORT}`;
  const withScheduler = { ...environment, VOLVOX_SUPER_CONDUCTOR_SCHEDULER_URL: schedulerUrl };
  const seal = createDoorKeySeal(new Secret(SIGNING_KEY));
  const cell = { id: conductor.parts.cell.id, name: 'cell1', url: conductor.http.address(), key: DOOR_KEY };
  await directory.transaction((tx) => addCell(tx, seal, cell, Date.now()));

  await run(await composeNetwork(loadConfig(NETWORK_SECTIONS, { environment }), log));
  await run(await composeCompute(loadConfig(COMPUTE_SECTIONS, { environment }), log));
  await run(composeScheduler(onTestDirectory(loadConfig(SCHEDULER_SECTIONS, { environment })), log));
  await run(
    composeSuperConductor(onTestDirectory(loadConfig(SUPER_CONDUCTOR_SECTIONS, { environment: withScheduler })), log),
  );

  const silence = { on: false };
  const stub: MigrationStub = { host: null };
  const instead: { calls: OtherAnswers | null } = { calls: null };
  const cells = new CellDoors({
    directory,
    seal,
    log,
    open: (peer) => silenceable(answering(migratingNowhere(createClient(doorContract, peer), stub), instead), silence),
  });
  await run([cells]);
  const scheduler = createClient(schedulerContract, { url: schedulerUrl, key: SERVICE_KEY });
  const waker = new Waker(redis.config, log);
  if (options.accounts !== undefined) await bootstrapIdentity(directory, options.accounts, log, systemClock);
  const scheduling = schedulingTo(scheduler, cells, stub);
  const tokens = options.accounts === undefined ? tokenNames : signedTokens(directory);
  const given = { directory, cells, scheduler: scheduling, waker, log, tokens, folder };
  const deps = apiDeps({ ...given, changedBudgets: options.budgets ?? {} });
  const app = buildApi(deps);
  await app.ready();
  const hostName = await waitUntil('the host known to the scheduler', async () => {
    const { cells: seen } = await scheduler.describe({});
    const { hosts } = await cells.of(cell.id).door.listHosts({});
    return seen[0]?.hosts === 1 && hosts[0]?.up === true ? hosts[0].name : undefined;
  });
  return {
    app,
    deps,
    directory,
    scheduler,
    hostName,
    silence: (silent) => {
      silence.on = silent;
    },
    cell: conductor.parts.database,
    answerInstead: (calls) => {
      instead.calls = calls;
    },
    migrateTo: (host) => {
      stub.host = host;
    },
    stop: async () => {
      await app.close();
      await waker.close();
      await scheduler.close();
      await shutDown(started, log);
      await redis.stop();
      await directoryDatabase.drop();
      await cellDatabase.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const onTestDirectory = <C extends { directory: object }>(config: C): C => ({
  ...config,
  directory: { ...config.directory, ...NO_PASSWORD },
});

/** A door whose calls find nobody while `silence` is on. */
const silenceable = (door: DoorClient, silence: { readonly on: boolean }): DoorClient =>
  new Proxy(door, {
    get: (target, name, receiver) =>
      silence.on && name !== 'close'
        ? () => Promise.reject(new VolvoxError('unavailable', 'The cell cannot be reached.'))
        : Reflect.get(target, name, receiver),
  });

const answering = (door: DoorClient, instead: { readonly calls: OtherAnswers | null }): DoorClient =>
  new Proxy(door, {
    get: (target, name, receiver) =>
      instead.calls?.(target)[name as keyof DoorClient] ?? Reflect.get(target, name, receiver),
  });

interface MigrationStub {
  host: string | null;
}

const migratingNowhere = (door: DoorClient, stub: MigrationStub): DoorClient => ({
  ...door,
  act: async (request, options) =>
    stub.host === null ? door.act(request, options) : { operationId: request.operationId },
  listHosts: async (request, options) => {
    const { hosts } = await door.listHosts(request, options);
    const { host: name } = stub;
    return { hosts: name === null ? hosts : [...hosts, ...hosts.map((host) => ({ ...host, name }))] };
  },
});

/** Whatever the scheduler would say of its only host, which is the one that a migration leaves. */
const schedulingTo = (
  scheduler: ApiDeps['scheduler'],
  cells: CellDoors,
  stub: MigrationStub,
): ApiDeps['scheduler'] => ({
  ...scheduler,
  schedule: async (question, options) => {
    const [cell] = cells.all();
    const { host: hostName } = stub;
    if (hostName === null || cell === undefined) return scheduler.schedule(question, options);
    const place = { cellId: cell.id, cellName: cell.name, hostId: randomUUID(), hostName, zone: 'nova' };
    const seen = { candidates: [place], refusals: [], hostsConsidered: 2, silentCells: [] };
    return { decisions: question.requests.map(({ instanceUuid }) => ({ instanceUuid, ...seen })) };
  },
});

const signedTokens = (directory: Directory): SignedTokens =>
  new SignedTokens({
    directory,
    signingKey: new Secret(SIGNING_KEY),
    lifetimeMs: 24 * 3_600_000,
    clock: systemClock,
  });

const apiDeps = ({
  folder,
  changedBudgets,
  ...given
}: Pick<ApiDeps, 'directory' | 'cells' | 'scheduler' | 'log' | 'tokens'> & {
  readonly waker: Waker;
  readonly folder: string;
  readonly changedBudgets: Partial<BudgetsConfig>;
}): ApiDeps =>
  ({
    ...given,
    config: {
      publicUrl: PUBLIC_URL,
      trustedProxies: [],
      region: 'RegionOne',
      imageMaxMb: 1,
      imageCountTotal: 1_000,
      imageSizeTotalMb: 1_000,
      imageCountUploading: 20,
      reservedRanges: [],
      checkResponses: true,
    },
    clock: systemClock,
    sightings: { note: () => undefined },
    imageStore: new FileImageStore(join(folder, 'images')),
    imageTickets: { make: async (id: string) => `ticket-${id}`, check: async () => undefined },
    uploadTickets: { make: async (id: string) => `ticket-${id}`, check: async () => undefined },
    adminPasswords: { of: () => 'password' },
    caches: createCaches(),
    ...defaultBudgets(given.directory, systemClock, changedBudgets),
  }) as unknown as ApiDeps;

const databaseEnvironment = (section: string, config: DatabaseConfig): Record<string, string> => ({
  [`VOLVOX_${section}_HOST`]: config.host,
  [`VOLVOX_${section}_PORT`]: String(config.port),
  [`VOLVOX_${section}_USER`]: config.user,
  [`VOLVOX_${section}_PASSWORD`]: 'replaced',
  [`VOLVOX_${section}_DATABASE`]: config.database,
});

/** The root of the test's database has no password, which no option can say. */
const NO_PASSWORD = { password: new Secret('') };

const redisEnvironment = (section: string, { config }: TestRedis): Record<string, string> => ({
  [`VOLVOX_${section}_HOST`]: config.host,
  [`VOLVOX_${section}_PORT`]: String(config.port),
  [`VOLVOX_${section}_PASSWORD`]: config.password.reveal(),
});

const cellEnvironment = (database: DatabaseConfig, redis: TestRedis): Record<string, string> => ({
  ...databaseEnvironment('CELL_DATABASE', database),
  ...redisEnvironment('CELL_REDIS', redis),
  VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
  VOLVOX_CONDUCTOR_DOOR_KEY: DOOR_KEY,
  VOLVOX_CONDUCTOR_LISTEN_PORT: '0',
  VOLVOX_CONDUCTOR_CELL_NAME: 'cell1',
});

const directoryEnvironment = (database: DatabaseConfig, redis: TestRedis): Record<string, string> => ({
  ...databaseEnvironment('DIRECTORY', database),
  ...redisEnvironment('GLOBAL_REDIS', redis),
  VOLVOX_TRUST_SIGNING_KEY: SIGNING_KEY,
  VOLVOX_TRUST_SERVICE_KEY: SERVICE_KEY,
});

const agentEnvironment = (conductorUrl: string, redis: TestRedis, folder: string): Record<string, string> => ({
  ...redisEnvironment('CELL_REDIS', redis),
  VOLVOX_CELL_CONDUCTOR_URLS: conductorUrl,
  VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
  VOLVOX_COMPUTE_DRIVER: 'fake',
  VOLVOX_COMPUTE_STATE_DIR: join(folder, 'compute'),
  VOLVOX_NETWORK_DRIVER: 'fake',
  VOLVOX_NETWORK_STATE_DIR: join(folder, 'network'),
});
