import { cellOf } from '#platform/directory/cell-doors.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { type ListedHome, listedBuilds, listedHomes } from '#platform/directory/stores/homes/page-of-homes.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { BadAnswer } from '#platform/rpc/bad-answer.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import { admitReports } from '../../../cross-cell/reports-of-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { unplacedInstance } from '../unplaced-instance.ts';
import type { ListQuestion } from './list-question.ts';
import { matchesFilter } from './matches-filter.ts';
import { isHandedOver, reportsOfHandedOver } from './moving-servers.ts';

export type ReadDeps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;
type Question = Pick<ListQuestion, 'filter' | 'sort' | 'showSilent' | 'withUserData'>;

/** How often servers are followed that change their cell while they are read. */
const MAX_MOVES = 3;
/** The part of the time left that cells have, so that something is left for those that are asked in place of others. */
const SHARE_OF_TIME = 3 / 4;

/**
 * What the servers of a page are now, each asked of the cell that the directory names. A server that the cell does not show is looked up again:
 * if its home is still the same, the server is gone there, else the new home is asked.
 */
export class ServersOfHomes {
  readonly #deps: ReadDeps;
  readonly #asker: ApiRequest;
  readonly #question: Question;
  readonly #until: number;
  readonly #silent = new Set<CellDoor>();
  readonly #unknown = new Map<string, HomeWithBuild>();
  #someAreLeftOut = false;
  #hadBadAnswer = false;

  /** @param until the moment when the answer must be there, in ms of the clock. */
  constructor(deps: ReadDeps, asker: ApiRequest, question: Question, until: number) {
    this.#deps = deps;
    this.#asker = asker;
    this.#question = question;
    this.#until = until;
  }

  /** The cells that did not answer. */
  get silentCells(): readonly CellDoor[] {
    return [...this.#silent];
  }
  /** Of what was read, the servers of silent cells, by uuid: only the directory's data of them is known. */
  get unknown(): ReadonlyMap<string, HomeWithBuild> {
    return this.#unknown;
  }
  /** A cell answered, with something else than servers, or with more than an answer may have. */
  get hadBadAnswer(): boolean {
    return this.#hadBadAnswer;
  }
  /** Servers of silent cells are missing, because the question does not show them. */
  get someAreLeftOut(): boolean {
    return this.#someAreLeftOut;
  }

  /** @returns what is shown of these homes, in their order, without what is gone; null when they do not stay where they are for long enough. */
  async read(homes: readonly ListedHome[]): Promise<readonly Instance[] | null> {
    const shown = new Map<string, Instance>();
    let open = homes;
    for (let moves = 0; open.length > 0; moves++) {
      if (moves > MAX_MOVES) return null;
      const missing = await this.#look(open, shown);
      open = missing.length === 0 ? [] : await this.#changedSince(missing);
    }
    return homes.flatMap(({ uuid }) => shown.get(uuid) ?? []);
  }

  /** Adds to `shown` what is to be seen of these. @returns those that are not where the directory said. */
  async #look(homes: readonly ListedHome[], shown: Map<string, Instance>): Promise<readonly ListedHome[]> {
    const handedOver = homes.filter(isHandedOver);
    const unplaced = homes.filter(({ cellId }) => cellId === null);
    const ofCell = new Map<string, ListedHome[]>();
    for (const home of homes) {
      if (home.cellId === null || isHandedOver(home)) continue;
      const known = ofCell.get(home.cellId);
      if (known === undefined) ofCell.set(home.cellId, [home]);
      else known.push(home);
    }
    const missing = await Promise.all([
      this.#readBuilds(unplaced, shown),
      this.#readHandedOver(handedOver, shown),
      ...Array.from(ofCell, ([cellId, its]) => this.#askCell(cellId, its, shown)),
    ]);
    return missing.flat();
  }

  async #changedSince(homes: readonly ListedHome[]): Promise<readonly ListedHome[]> {
    const before = new Map(homes.map((home) => [home.uuid, home]));
    const now = await listedHomes(
      this.#deps.directory.read,
      homes.map(({ uuid }) => uuid),
    );
    return now.filter((home) => home.state !== 'deleted' && !isSameHome(home, before.get(home.uuid)));
  }

  async #askCell(
    cellId: string,
    homes: readonly ListedHome[],
    shown: Map<string, Instance>,
  ): Promise<readonly ListedHome[]> {
    // An unknown cell fails the list, so that no cell is left out silently.
    const cell = await cellOf(this.#deps.cells, cellId);
    if (this.#silent.has(cell)) return this.#readSilent(homes, shown);
    const instances = await this.#instancesIn(cell, homes);
    if (instances === null) {
      this.#silent.add(cell);
      return this.#readSilent(homes, shown);
    }
    for (const instance of instances) shown.set(instance.uuid, instance);
    return homes.filter(({ uuid }) => !shown.has(uuid));
  }

  /** What the cell rightly shows of these; null when it does not answer, or shows what it was not asked for. */
  async #instancesIn(cell: CellDoor, homes: readonly ListedHome[]): Promise<readonly Instance[] | null> {
    const { filter, sort, withUserData } = this.#question;
    const { clock, caches } = this.#deps;
    const { requestId, signal, log } = this.#asker;
    const asked = new Map(homes.map((home) => [home.uuid, home]));
    const page = {
      filter: { ...filter, uuids: [...asked.keys()] },
      sort: [...sort],
      after: null,
      limit: asked.size,
      ...(withUserData ? { withUserData } : {}),
    };
    const deadlineMs = Math.max(1, Math.floor((this.#until - clock.now()) * SHARE_OF_TIME));
    try {
      const { instances } = await cell.door.listInstances(page, { deadlineMs, requestId, signal });
      const isAsDirectory = ({ uuid, epoch, projectId }: Instance): boolean => {
        const home = asked.get(uuid);
        return home !== undefined && home.epoch === epoch && home.projectId === projectId;
      };
      for (const { uuid, epoch, projectId } of instances.filter(isAsDirectory))
        if (asked.get(uuid)?.moving === null) caches.homes.set(uuid, { cellId: cell.id, epoch, projectId });
      const open = instances.filter((one) => !isAsDirectory(one));
      if (open.length === 0) return instances;
      const [admitted = []] = await admitReports(this.#deps, [{ cell, instances: open }]);
      if (open.some(({ uuid }) => !asked.has(uuid))) return null;
      return instances.filter((one) => isAsDirectory(one) || admitted.includes(one));
    } catch (error) {
      signal.throwIfAborted();
      if (!isVolvoxError(error)) throw error;
      if (error.cause instanceof BadAnswer) this.#hadBadAnswer = true;
      log.warn(
        { cell: cell.name, err: error },
        'a cell did not answer in time and its servers are missing from a server list',
      );
      return null;
    }
  }

  /** Builds that no cell has. */
  async #readBuilds(homes: readonly ListedHome[], shown: Map<string, Instance>): Promise<readonly ListedHome[]> {
    const { filter } = this.#question;
    return this.#withBuilds(homes, (home) => {
      const instance = unplacedInstance(home);
      if (matchesFilter(filter, instance)) shown.set(home.uuid, instance);
    });
  }

  async #readSilent(homes: readonly ListedHome[], shown: Map<string, Instance>): Promise<readonly ListedHome[]> {
    if (!this.#question.showSilent) {
      this.#someAreLeftOut = true;
      return [];
    }
    // What its cell would leave out, nobody knows.
    const { deleted: _deleted, softDeleted: _softDeleted, ...known } = this.#question.filter;
    return this.#withBuilds(homes, (home) => {
      const instance = unplacedInstance(home);
      if (!matchesFilter(known, instance)) return;
      this.#unknown.set(home.uuid, home);
      shown.set(home.uuid, instance);
    });
  }

  /** Reads the builds of these, and uses those whose cell, or lack of one, is still the same. @returns the others. */
  async #withBuilds(homes: readonly ListedHome[], use: (home: HomeWithBuild) => void): Promise<readonly ListedHome[]> {
    if (homes.length === 0) return [];
    const uuids = homes.map(({ uuid }) => uuid);
    const builds = new Map((await listedBuilds(this.#deps.directory.read, uuids)).map((home) => [home.uuid, home]));
    const changed: ListedHome[] = [];
    for (const home of homes) {
      const build = builds.get(home.uuid);
      if (build !== undefined && build.state !== 'deleted' && build.cellId === home.cellId) use(build);
      else changed.push(home);
    }
    return changed;
  }

  /** While a server goes from one cell to the other, both may show it, or only the old one, which the home does not name any more. */
  async #readHandedOver(homes: readonly ListedHome[], shown: Map<string, Instance>): Promise<readonly ListedHome[]> {
    if (homes.length === 0) return [];
    const reports = await reportsOfHandedOver(this.#deps, this.#asker, homes);
    for (const { instance } of reports.shown.values())
      if (matchesFilter(this.#question.filter, instance)) shown.set(instance.uuid, instance);
    const missing = homes.filter(({ uuid }) => !reports.shown.has(uuid));
    if (missing.length === 0 || reports.silent.length === 0) return missing;
    for (const cell of reports.silent) this.#silent.add(cell);
    return this.#readSilent(missing, shown);
  }
}

const isSameHome = (one: ListedHome, other: ListedHome | undefined): boolean =>
  one.state === other?.state &&
  one.cellId === other.cellId &&
  one.epoch === other.epoch &&
  one.moving?.cellId === other.moving?.cellId;
