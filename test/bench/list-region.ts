import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { type Connection, createConnection } from 'mysql2/promise';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import type { CellDoor, CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { createClient } from '#platform/rpc/client.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { DoorHandlers } from '../../cell/conductor/door/door.ts';
import { listInstances } from '../../cell/conductor/door/instances.ts';
import type { ConductorParts } from '../../cell/conductor/parts.ts';
import { CELL_MIGRATIONS } from '../../cell/database/migrations/index.ts';
import { newInstanceRow } from '../../cell/database/stores/instances.ts';
import type { CellTables } from '../../cell/database/tables.ts';
import { aBuild, anImage } from '../support/a-build.ts';
import { type ComputeApp, PROJECT, serveCompute } from '../support/compute-api.ts';

const KEY = 'the key of a door, for measuring';
/** Of the MariaDB server, whose statistics by user tell the directory's statements from the cells'. */
const USERS = { directory: 'directory', cell: 'cell' } as const;

interface Statements {
  readonly directory: number;
  readonly cells: number;
}

/** An api and the doors of cells that have servers, in one process; their databases are on one MariaDB server. */
export class ListRegion {
  readonly api: ComputeApp;
  readonly #root: Connection;
  readonly #endings: readonly (() => Promise<unknown>)[];
  /** How often doors were called. */
  readonly #calls: { count: number };

  private constructor(
    api: ComputeApp,
    root: Connection,
    endings: readonly (() => Promise<unknown>)[],
    calls: { count: number },
  ) {
    this.api = api;
    this.#root = root;
    this.#endings = endings;
    this.#calls = calls;
  }

  /** @param servers of one project, one after the other in the cells by turns. */
  static async create(port: number, cells: number, servers: number): Promise<ListRegion> {
    const root = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await root.query('SET GLOBAL userstat = 1');
    for (const user of Object.values(USERS)) {
      await root.query(`CREATE USER IF NOT EXISTS ${user}@'127.0.0.1'`);
      await root.query(`GRANT ALL ON *.* TO ${user}@'127.0.0.1'`);
    }
    const endings: (() => Promise<unknown>)[] = [() => root.end()];
    const open = async <T>(
      user: string,
      migrations: typeof CELL_MIGRATIONS,
      poolSize: number,
    ): Promise<Database<T>> => {
      const name = `lists_${randomUUID().replaceAll('-', '')}`;
      await root.query(`CREATE DATABASE ${name}`);
      const password = new Secret('');
      const database = openDatabase<T>({ host: '127.0.0.1', port, user, password, database: name, poolSize });
      await migrate(database.schema, migrations, silentLogger, name);
      endings.unshift(async () => {
        await database.close();
        await root.query(`DROP DATABASE ${name}`);
      });
      return database;
    };
    const directory = await open<DirectoryTables>(USERS.directory, DIRECTORY_MIGRATIONS, 10);
    const calls = { count: 0 };
    const doors: CellDoor[] = [];
    const databases: Database<CellTables>[] = [];
    for (let n = 1; n <= cells; n++) {
      const database = await open<CellTables>(USERS.cell, CELL_MIGRATIONS, 2);
      databases.push(database);
      const { door, stop } = await serveDoor(`cell-${n}`, database, calls);
      endings.unshift(stop);
      doors.push(door);
    }
    await fill(directory, databases, doors, servers);
    const find = (id: string) => doors.find((door) => door.id === id);
    const api = await serveCompute(directory, {
      cells: { all: () => doors, find } as unknown as CellDoors,
      config: { publicUrl: 'http://volvox.test', checkResponses: false },
    } as unknown as Partial<ApiDeps>);
    endings.unshift(() => api.close());
    return new ListRegion(api, root, endings, calls);
  }

  get calls(): number {
    return this.#calls.count;
  }

  /** SELECT statements so far. */
  async statements(): Promise<Statements> {
    const [rows] = await this.#root.query(
      'SELECT USER AS user, SELECT_COMMANDS AS selects FROM information_schema.USER_STATISTICS',
    );
    const selects = new Map(
      (rows as { user: string; selects: number }[]).map((row) => [row.user, Number(row.selects)]),
    );
    return { directory: selects.get(USERS.directory) ?? 0, cells: selects.get(USERS.cell) ?? 0 };
  }

  async close(): Promise<void> {
    for (const end of this.#endings) await end();
  }
}

/** A door that lists servers, over HTTP, as a conductor's. */
async function serveDoor(name: string, database: Database<CellTables>, calls: { count: number }) {
  const parts = { database, cell: { name } } as unknown as ConductorParts;
  const handlers = {
    listInstances: async (page, { signal }) => {
      calls.count += 1;
      return await listInstances(parts, page, signal);
    },
  } satisfies Partial<DoorHandlers>;
  const http = createHttpService({
    ...{ name, host: '127.0.0.1', port: 0, log: silentLogger },
    routes: (app) => serveContract(app, doorContract, handlers as unknown as DoorHandlers, () => ({ id: null })),
  });
  await http.start();
  const url = http.address();
  const door = createClient(doorContract, { url, key: KEY });
  const stop = async () => {
    await door.close();
    await http.stop();
  };
  return { door: { id: randomUUID(), name, url, enabled: true, door } satisfies CellDoor, stop };
}

async function fill(
  directory: Database<DirectoryTables>,
  databases: readonly Database<CellTables>[],
  doors: readonly CellDoor[],
  servers: number,
): Promise<void> {
  const builds = Array.from({ length: servers }, (_, at) =>
    aBuild({
      projectId: PROJECT,
      userId: 'fake',
      name: `server-${at}`,
      ...asBuilt(at),
      createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 7) * 1_000).toISOString(),
    }),
  );
  for (let from = 0; from < builds.length; from += 1_000)
    await directory.transaction((tx) => acceptBuilds(tx, builds.slice(from, from + 1_000), Date.now()));
  for (const [at, database] of databases.entries()) {
    const own = builds.filter((_build, index) => index % databases.length === at);
    for (let from = 0; from < own.length; from += 500)
      await place(directory, database, doors[at]?.id ?? '', own.slice(from, from + 500));
    await sql`ANALYZE TABLE instances`.execute(database.schema);
  }
  await sql`ANALYZE TABLE instance_homes`.execute(directory.schema);
}

const NETWORK = {
  ...{ id: randomUUID(), name: 'private', mtu: 1_450, segmentType: 'vxlan', segmentId: 7, external: true },
  subnets: [
    {
      ...{ id: randomUUID(), ipVersion: 4, cidr: '10.0.0.0/8', gatewayIp: '10.0.0.1', enableDhcp: true },
      ...{ dnsNameservers: [], hostRoutes: [], serviceIp: '10.0.0.2' },
    },
  ],
} satisfies InstanceBuild['networks'][number];
const IMAGE = anImage({ name: 'volvox-guest', ticket: 'a signed ticket '.repeat(20) });
const GROUP = randomUUID();

/** What a server has whose request asked for a network: a port with an address, in the default group. */
function asBuilt(at: number): Pick<InstanceBuild, 'image' | 'networks' | 'ports' | 'securityGroups'> {
  const hex = at.toString(16).padStart(6, '0');
  const address = `10.${(at >> 16) + 1}.${(at >> 8) & 255}.${at & 255}`;
  const port = {
    ...{ id: randomUUID(), networkId: NETWORK.id, mac: `fa:16:3e:${hex.match(/../g)?.join(':')}` },
    fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address }],
    ...{ tag: null, preserveOnDelete: false, securityGroupIds: [GROUP], revision: 1 },
  };
  return { image: IMAGE, networks: [NETWORK], ports: [port], securityGroups: [{ id: GROUP, name: 'default' }] };
}

async function place(
  directory: Database<DirectoryTables>,
  database: Database<CellTables>,
  cellId: string,
  builds: readonly InstanceBuild[],
): Promise<void> {
  const host = { id: randomUUID(), name: 'host', node: 'host' };
  const rows = builds.map((build) => ({
    ...newInstanceRow(
      { build, epoch: 1, operationId: randomUUID(), guestId: randomUUID(), host, zone: 'nova' },
      Date.now(),
    ),
    ...{ operation_id: null, vm_state: 'active' as const, task_state: null, power_state: 1 },
  }));
  await database.write.insertInto('instances').values(rows).execute();
  await (directory.schema as unknown as Kysely<DirectoryTables>)
    .updateTable('instance_homes')
    .set({ state: 'homed', cell_id: cellId })
    .where(
      'uuid',
      'in',
      builds.map(({ uuid }) => uuid),
    )
    .execute();
}
