import type { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { operatorTransport } from '../../../deploy/local/certificates.ts';
import { homeAt } from '../../../deploy/local/home.ts';
import { openRedis } from '../../../deploy/local/redis.ts';
import { readSettings } from '../../../deploy/local/settings.ts';
import { socketOption } from '../../../deploy/local/store-sockets.ts';

/** What a region asked its stores. */
export interface StoreUse {
  /** Statements. */
  readonly directory: number;
  /** Statements of all cells. */
  readonly cells: number;
  /** Redis commands of all tiers. */
  readonly redis: number;
}

interface Counts extends StoreUse {
  readonly at: number;
}

/** The meter's own. Of each store, for each time that it is asked. */
const OWN = 1;

/** Counts what the region in a folder asks its databases and Redis. */
export class StoreMeter {
  readonly #directory: Connection;
  readonly #cells: readonly Connection[];
  readonly #redises: readonly Redis[];
  /** Of a second in which nobody asks for anything. */
  #idle: StoreUse = { directory: 0, cells: 0, redis: 0 };

  private constructor(directory: Connection, cells: readonly Connection[], redises: readonly Redis[]) {
    this.#directory = directory;
    this.#cells = cells;
    this.#redises = redises;
  }

  static async open(folder: string): Promise<StoreMeter> {
    const home = homeAt(folder);
    const settings = readSettings(home);
    if (settings === null) throw new Error(`${folder} has no region`);
    const connect = (owner: string, password: string): Promise<Connection> =>
      createConnection({
        ...{ socketPath: socketOption(home, settings.stores, owner, 'mariadb') },
        ...{ user: 'volvox', password },
      });
    const transport = operatorTransport(home);
    const redises = [settings.global, ...settings.cells].map(({ redisPort: port, redisPassword: password }) =>
      openRedis({ port, password, transport }),
    );
    await Promise.all(redises.map((redis) => redis.connect()));
    const [directory, cells] = await Promise.all([
      connect('global', settings.global.sqlPassword),
      Promise.all(settings.cells.map((cell) => connect(cell.name, cell.sqlPassword))),
    ]);
    return new StoreMeter(directory, cells, redises);
  }

  /** Counts what an idle region asks from now on; it is taken off what is counted later. Call the result when that is over. */
  async startIdle(): Promise<() => Promise<void>> {
    const before = await this.#counts();
    return async () => {
      const after = await this.#counts();
      const seconds = (after.at - before.at) / 1_000;
      this.#idle = map((key) => (after[key] - before[key]) / seconds);
    };
  }

  /** @returns for each of `count` things that are done from now on until the result is called. */
  async start(): Promise<(count: number) => Promise<StoreUse>> {
    const before = await this.#counts();
    return async (count) => {
      const after = await this.#counts();
      const seconds = (after.at - before.at) / 1_000;
      return map((key) => Math.max(0, after[key] - before[key] - this.#idle[key] * seconds) / count);
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#directory, ...this.#cells].map((connection) => connection.end()));
    for (const redis of this.#redises) redis.disconnect();
  }

  async #counts(): Promise<Counts> {
    const [directory, cells, redis] = await Promise.all([
      questions(this.#directory),
      Promise.all(this.#cells.map(questions)),
      Promise.all(this.#redises.map(commands)),
    ]);
    return { directory, cells: sum(cells), redis: sum(redis), at: performance.now() };
  }
}

const map = (value: (key: keyof StoreUse) => number): StoreUse => ({
  directory: value('directory'),
  cells: value('cells'),
  redis: value('redis'),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function questions(connection: Connection): Promise<number> {
  const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number((rows as { Value: string }[])[0]?.Value) - OWN;
}

async function commands(redis: Redis): Promise<number> {
  const info = await redis.info('stats');
  return Number(/^total_commands_processed:(\d+)/m.exec(info)?.[1]) - OWN;
}
