import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Connection, createConnection } from 'mysql2/promise';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import type { CellDoor, CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { createClient } from '#platform/rpc/client.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { CELL_MIGRATIONS } from '../../cell/database/migrations/index.ts';
import type { CellTables } from '../../cell/database/tables.ts';
import { type ComputeApp, serveCompute } from '../support/compute-api.ts';
import type { DoorsOrder } from './list-doors.ts';
import { acceptServers, placeServers } from './list-servers.ts';

/** Of the MariaDB server, whose statistics by user tell the directory's statements from the cells'. */
const USERS = { directory: 'directory', cell: 'cell' } as const;
/** What lists of a cell read. */
const TABLES = ['instances', 'hosts'] as const;
const FIRST_CELL = 'cell_template';

interface Statements {
  readonly directory: number;
  readonly cells: number;
}

/** One directory with servers; cells are put below it, some at a time. All databases are on one MariaDB server. */
export class ListRegions {
  readonly #port: number;
  readonly #root: Connection;
  readonly #directory: Database<DirectoryTables>;
  readonly #servers: Awaited<ReturnType<typeof acceptServers>>;

  private constructor(
    port: number,
    root: Connection,
    directory: Database<DirectoryTables>,
    servers: Awaited<ReturnType<typeof acceptServers>>,
  ) {
    this.#port = port;
    this.#root = root;
    this.#directory = directory;
    this.#servers = servers;
  }

  /** @param port of a MariaDB server that nobody else uses. @param servers of one project. */
  static async create(port: number, servers: number): Promise<ListRegions> {
    const root = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    // As much as servers of this many cells would have for each.
    for (const setting of ['userstat = 1', 'max_connections = 1000', 'innodb_buffer_pool_size = 1073741824'])
      await root.query(`SET GLOBAL ${setting}`);
    for (const user of Object.values(USERS)) {
      await root.query(`CREATE USER IF NOT EXISTS ${user}@'127.0.0.1'`);
      await root.query(`GRANT ALL ON *.* TO ${user}@'127.0.0.1'`);
    }
    await root.query('CREATE DATABASE directory');
    const directory = open<DirectoryTables>(port, USERS.directory, 'directory', 10);
    await migrate(directory.schema, DIRECTORY_MIGRATIONS, silentLogger, 'directory');
    await root.query(`CREATE DATABASE ${FIRST_CELL}`);
    const template = open<CellTables>(port, USERS.cell, FIRST_CELL, 1);
    await migrate(template.schema, CELL_MIGRATIONS, silentLogger, FIRST_CELL);
    await template.close();
    return new ListRegions(port, root, directory, await acceptServers(directory, servers));
  }

  /** The id of the server that has this share of all before it in a list without a sort key: newest first. */
  at(share: number): string {
    const { length } = this.#servers;
    return this.#servers[Math.max(0, length - 1 - Math.floor(share * length))]?.uuid ?? '';
  }

  /** An api over so many cells, which have the servers by turns. One at a time. */
  async region(cells: number): Promise<ListRegion> {
    const named = Array.from({ length: cells }, (_, n) => ({ id: randomUUID(), name: `cell_${cells}_${n + 1}` }));
    for (const [n, cell] of named.entries()) {
      await this.#root.query(`CREATE DATABASE ${cell.name}`);
      for (const table of TABLES)
        await this.#root.query(`CREATE TABLE ${cell.name}.${table} LIKE ${FIRST_CELL}.${table}`);
      const database = open<CellTables>(this.#port, USERS.cell, cell.name, 1);
      const own = this.#servers.filter(({ at }) => at % cells === n);
      await placeServers(this.#directory, { id: cell.id, database }, own);
      await database.close();
    }
    await this.#root.query('ANALYZE TABLE directory.instance_homes');
    const dropAll = async () => {
      for (const { name } of named) await this.#root.query(`DROP DATABASE ${name}`);
    };
    const order = { port: this.#port, user: USERS.cell, databases: named.map(({ name }) => name) };
    return ListRegion.open(this.#directory, this.#root, named, order, dropAll);
  }

  async close(): Promise<void> {
    await this.#directory.close();
    await this.#root.end();
  }
}

const open = <T>(port: number, user: string, database: string, poolSize: number): Database<T> =>
  openDatabase<T>({ host: '127.0.0.1', port, user, password: new Secret(''), database, poolSize });

/** The api in this process, without its socket, and the doors of its cells in another one, over HTTP on loopback. */
export class ListRegion {
  readonly api: ComputeApp;
  /** The process of the doors. */
  readonly doorsPid: number;
  readonly #root: Connection;
  readonly #end: () => Promise<void>;
  /** How often doors were called. */
  readonly #calls: { count: number };

  private constructor(
    api: ComputeApp,
    root: Connection,
    doorsPid: number,
    calls: { count: number },
    end: () => Promise<void>,
  ) {
    this.api = api;
    this.#root = root;
    this.doorsPid = doorsPid;
    this.#calls = calls;
    this.#end = end;
  }

  static async open(
    directory: Database<DirectoryTables>,
    root: Connection,
    cells: readonly { readonly id: string; readonly name: string }[],
    order: DoorsOrder,
    drop: () => Promise<void>,
  ): Promise<ListRegion> {
    const child = fork(new URL('list-doors.ts', import.meta.url));
    const urls = await answerOf(child, order);
    const calls = { count: 0 };
    const doors = cells.map(({ id, name }, at): CellDoor => {
      const url = urls[at] ?? '';
      return { id, name, url, enabled: true, door: counted(createClient(doorContract, { url, key: 'any' }), calls) };
    });
    const find = (id: string) => doors.find((door) => door.id === id);
    const api = await serveCompute(directory, {
      cells: { all: () => doors, find } as unknown as CellDoors,
      config: { publicUrl: 'http://volvox.test', checkResponses: false },
    } as unknown as Partial<ApiDeps>);
    const end = async () => {
      await api.close();
      for (const { door } of doors) await door.close();
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      await drop();
    };
    return new ListRegion(api, root, child.pid ?? 0, calls, end);
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

  close(): Promise<void> {
    return this.#end();
  }
}

async function answerOf(child: ChildProcess, order: DoorsOrder): Promise<readonly string[]> {
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of the doors ended with ${code}`);
  });
  child.send(order);
  const [urls] = (await Promise.race([once(child, 'message'), died])) as [readonly string[]];
  died.catch(() => undefined);
  return urls;
}

const counted = (door: CellDoor['door'], calls: { count: number }): CellDoor['door'] => ({
  ...door,
  listInstances: (page, options) => {
    calls.count += 1;
    return door.listInstances(page, options);
  },
});
