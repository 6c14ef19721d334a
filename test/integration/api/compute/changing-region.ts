import { randomUUID } from 'node:crypto';
import type { InstancePage } from '#platform/contracts/door.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { endHome } from '#platform/directory/stores/homes/deleting.ts';
import { getHome, getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import { matchesFilter } from '../../../../api/compute/servers/list/matches-filter.ts';
import { compareInstances, compareValues, sortValues } from '../../../../api/compute/servers/list/sort-instances.ts';
import { unplacedInstance } from '../../../../api/compute/servers/unplaced-instance.ts';
import type { CellDoor, CellDoors } from '../../../../api/cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { PROJECT } from './compute-app.ts';

/** One step of a change. It returns false while it may not happen yet. */
type Step = () => Promise<boolean | undefined> | undefined;

interface Row {
  instance: Instance;
  /** As cells have it: a server that arrives, or has left, is in no list. */
  presence: 'arriving' | 'here' | 'left';
}
interface Cell {
  readonly id: string;
  readonly name: string;
  readonly rows: Map<string, Row>;
  isDown: boolean;
}
interface Server {
  readonly uuid: string;
  readonly name: string;
  readonly projectId: string;
  readonly createdAt: string;
  cell: Cell | null;
  epoch: number;
  /** What is still to happen to it, in this sequence. */
  readonly steps: Step[];
  /** Its cell, or the directory when it is in none, shows it. */
  isThere: boolean;
  /** Accepted, and not deleted in the directory: a list shows it while its cell is silent. */
  isInDirectory: boolean;
}

const OTHER_PROJECT = 'ffffffffffffffffffffffffffffffff';
const AT = '2026-01-02 00:00:00';
const MAX_STEPS = 120;

/**
 * Cells in memory and a directory, whose servers change by the steps that the real processes make, one at a time, before and after every answer
 * of a cell. It keeps the facts that lists are compared with.
 */
export class ChangingRegion {
  directory!: Directory;
  readonly #cells: readonly Cell[];
  #servers: Server[] = [];
  #random = () => 0;
  #mayFall = false;
  #stepsLeft = 0;
  #stepping: Promise<void> = Promise.resolve();
  /** How many lists are being made, and how many had begun before: a cell shows what has left it until the earlier ones are over. */
  #lists = 0;
  readonly #allTheTime = new Set<Server>();
  readonly #someTime = new Set<Server>();

  constructor(names: readonly string[]) {
    this.#cells = names.map((name) => ({ id: randomUUID(), name, rows: new Map(), isDown: false }));
  }

  get deps(): Partial<ApiDeps> {
    const doors = this.#cells.map((cell) => this.#door(cell));
    const find = (id: string) => doors.find((door) => door.id === id);
    return { cells: { all: () => doors, find, of: find } as unknown as CellDoors, caches: createCaches() };
  }

  /** Servers in all stages of their lives. @param options.mayFall whether cells stop answering meanwhile. */
  async begin(seed: number, options: { readonly mayFall: boolean }): Promise<void> {
    this.#random = randomFrom(seed);
    this.#mayFall = options.mayFall;
    this.#servers = [];
    this.#stepsLeft = 0;
    for (const cell of this.#cells) {
      cell.rows.clear();
      cell.isDown = false;
    }
    await this.directory.write.deleteFrom('instance_homes').execute();
    for (let n = 0; n < 24; n++) {
      const server = this.#newServer();
      for (let done = this.#upTo(8); done > 0; done--) await this.#stepOf(server);
    }
  }

  /** Runs `work` while servers change. @returns what it returned, and which servers were to be seen meanwhile. */
  async observed<T>(work: () => Promise<T>) {
    this.#allTheTime.clear();
    this.#someTime.clear();
    for (const server of this.#servers) {
      if (server.isThere) this.#allTheTime.add(server);
      this.#note(server);
    }
    this.#stepsLeft = MAX_STEPS;
    const result = await work();
    await this.#stepping;
    return { result, thereAllTheTime: [...this.#allTheTime], thereAtSomeTime: [...this.#someTime] };
  }

  /** Makes one list. */
  async duringList<T>(work: () => Promise<T>): Promise<T> {
    this.#lists += 1;
    try {
      return await work();
    } finally {
      this.#lists -= 1;
    }
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }

  #upTo(max: number): number {
    return Math.floor(this.#random() * (max + 1));
  }
  #one<T>(things: readonly T[]): T {
    const thing = things[this.#upTo(things.length - 1)];
    if (thing === undefined) throw new Error('nothing to choose from');
    return thing;
  }

  #note(server: Server): void {
    const cellIsDown = this.#mayFall && server.cell !== null;
    if (server.isThere || (server.isInDirectory && cellIsDown)) this.#someTime.add(server);
    if (!server.isThere) this.#allTheTime.delete(server);
  }

  async #stepOf(server: Server): Promise<void> {
    const step = server.steps.shift() ?? this.#nextStep(server);
    if ((await step?.()) === false && step !== undefined) server.steps.unshift(step);
    this.#note(server);
  }

  /** Some steps of some servers; one caller at a time. */
  #change(): Promise<void> {
    this.#stepping = this.#stepping.then(async () => {
      for (let steps = this.#upTo(4); steps > 0 && this.#stepsLeft > 0; steps--) {
        this.#stepsLeft -= 1;
        if (this.#mayFall && this.#upTo(9) === 0) this.#one(this.#cells).isDown = this.#upTo(1) === 1;
        await this.#stepOf(this.#upTo(5) === 0 ? this.#newServer() : this.#one(this.#servers));
      }
    });
    return this.#stepping;
  }

  #newServer(): Server {
    const server: Server = {
      uuid: randomUUID(),
      name: `server-${this.#upTo(9)}`,
      projectId: this.#upTo(3) === 0 ? OTHER_PROJECT : PROJECT,
      // Some have the same moment.
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, this.#upTo(5))).toISOString(),
      cell: null,
      epoch: 1,
      steps: [],
      isThere: false,
      isInDirectory: false,
    };
    this.#servers.push(server);
    server.steps.push(() => this.#accept(server), ...this.#placing(server));
    return server;
  }

  async #accept({ uuid, name, projectId, createdAt }: Server): Promise<undefined> {
    const build = aBuild({ uuid, name, projectId, userId: 'fake', createdAt });
    await this.directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
    const server = this.#servers.find((one) => one.uuid === uuid);
    if (server !== undefined) Object.assign(server, { isThere: true, isInDirectory: true });
  }

  #placing(server: Server): Step[] {
    const cell = this.#one(this.#cells);
    return [
      () => this.#write(server, { placing_cell_id: cell.id, epoch: ++server.epoch }),
      async () => {
        const home = await getHomeWithBuild(this.directory.read, server.uuid);
        if (home === null) throw new Error('accepted, and not there');
        const instance = {
          ...unplacedInstance(home),
          cellName: cell.name,
          vmState: 'active',
          taskState: null,
        } as const;
        cell.rows.set(server.uuid, { instance, presence: 'here' });
        return undefined;
      },
      async () => {
        server.cell = cell;
        return this.#write(server, { state: 'placed', cell_id: cell.id, placing_cell_id: null });
      },
    ];
  }

  /** The first step of what happens next to a server that is in a cell; the others follow. */
  #nextStep(server: Server): Step | undefined {
    const { cell } = server;
    const row = cell?.rows.get(server.uuid);
    if (cell === null || row === undefined || !server.isThere) return undefined;
    const kind = this.#upTo(5);
    if (kind <= 1) server.steps.push(...this.#moving(server, row));
    else if (kind === 2) server.steps.push(...this.#deleting(server, row));
    else if (kind === 3) server.steps.push(...this.#softDeleting(server, row));
    else server.steps.push(() => this.#rewrite(row, { taskState: this.#one([null, 'rebooting'] as const) }));
    return server.steps.shift();
  }

  #deleting(server: Server, row: Row): Step[] {
    return [
      () => {
        server.isThere = false;
        return this.#rewrite(row, { vmState: 'deleted', deletedAt: `${AT.replace(' ', 'T')}Z` });
      },
      async () => {
        await this.directory.transaction(async (tx) => {
          const home = await getHome(tx, server.uuid);
          if (home !== null) await endHome(tx, home, Date.now());
        });
        server.isInDirectory = false;
        return undefined;
      },
    ];
  }

  #softDeleting(server: Server, row: Row): Step[] {
    const turn = (isThere: boolean) => () => {
      server.isThere = isThere;
      return this.#rewrite(row, { vmState: isThere ? 'active' : 'soft-delete' });
    };
    return [turn(false), turn(true)];
  }

  #moving(server: Server, source: Row): Step[] {
    const from = server.cell;
    const to = this.#one(this.#cells.filter((cell) => cell !== from));
    const epoch = server.epoch + 1;
    let begunBefore = 0;
    const target: Row = { instance: source.instance, presence: 'arriving' };
    return [
      () => this.#write(server, { moving_operation_id: randomUUID() }),
      () => this.#write(server, { moving_cell_id: to.id, moving_epoch: epoch }),
      () => {
        target.instance = { ...source.instance, epoch, cellName: to.name };
        to.rows.set(server.uuid, target);
        return this.#rewrite(source, { taskState: 'migrating' });
      },
      () => {
        server.epoch = epoch;
        server.cell = to;
        return this.#write(server, { cell_id: to.id, epoch });
      },
      () => {
        target.presence = 'here';
        begunBefore = this.#lists;
        return undefined;
      },
      // It is shown until the lists that began before are over.
      async () => {
        if (begunBefore > 0 && this.#lists > 0) return false;
        source.presence = 'left';
        return undefined;
      },
      () => this.#write(server, { moving_operation_id: null, moving_cell_id: null, moving_epoch: null }),
    ];
  }

  async #rewrite(row: Row, change: Partial<Instance>): Promise<undefined> {
    row.instance = { ...row.instance, ...change };
  }

  async #write(server: Server, values: Parameters<typeof setHome>[2]): Promise<undefined> {
    await this.directory.transaction((tx) => setHome(tx, server.uuid, values, Date.now()));
  }

  #door(cell: Cell): CellDoor {
    const changing = async <T>(answer: () => T, { deadlineMs = 1 }: { deadlineMs?: number }): Promise<T> => {
      if (!Number.isInteger(deadlineMs)) throw new TypeError(`deadline ${deadlineMs}`);
      await this.#change();
      if (cell.isDown) throw new VolvoxError('unavailable', `${cell.name} cannot be reached.`);
      const answered = answer();
      await this.#change();
      return answered;
    };
    const door = {
      listInstances: ({ filter, sort, after, limit }: InstancePage, options: { deadlineMs?: number }) =>
        changing(
          () => ({
            instances: [...cell.rows.values()]
              .filter(({ presence }) => presence === 'here')
              .map(({ instance }) => instance)
              .filter((one) => matchesFilter(filter, one))
              .filter((one) => after === null || compareValues(sortValues(one, sort), after, sort) > 0)
              .sort(compareInstances(sort))
              .slice(0, limit),
          }),
          options,
        ),
      getInstance: ({ uuid }: { uuid: string }, options: { deadlineMs?: number }) =>
        changing(() => {
          const row = cell.rows.get(uuid);
          if (row?.presence === 'left') throw new VolvoxError('moved', 'It has moved.');
          if (row === undefined || row.instance.deletedAt !== null)
            throw new VolvoxError('not-found', 'It is not here.');
          return row.instance;
        }, options),
    } as unknown as CellDoor['door'];
    return { id: cell.id, name: cell.name, url: '', enabled: true, door };
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
