import { decisionRecord } from '#platform/contracts/kept-decision.ts';
import type { Candidate, Decision } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { type CellDoor, findCell } from '#platform/directory/cell-doors.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { memberGoesElsewhere } from '#platform/directory/stores/homes/group-cells.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { beginPlacing, beginPlacingElsewhere, giveUpHome } from '#platform/directory/stores/homes/placing.ts';
import { orphanedCellsOf } from '#platform/directory/stores/orphaned-placements.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { DecisionRecord } from '#platform/objects/decision-record.ts';
import type { Fault } from '#platform/objects/instance.ts';
import type { GlobalDeps } from '../deps.ts';
import { askCell, probeCell } from './ask-cell.ts';
import { hintsWithHosts } from './near-servers.ts';
import { type CellRefusal, noAnswerInTime, noValidHost } from './no-valid-host.ts';

/**
 * placed: this cell holds it at this epoch, as the build was at this revision. ended: it is buried, deleted or has a home already; nothing is left to do.
 * later: nothing can be said now (scheduler or cells are silent); look again.
 */
export type Placing =
  | { readonly outcome: 'placed'; readonly cellId: string; readonly epoch: number; readonly revision: number }
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'later'; readonly reason: string };

interface PlacingRequest {
  readonly uuid: string;
  /** Cells that had it and could not build it. */
  readonly triedCellIds: readonly string[];
  readonly log: Logger;
}

/** Builds are accepted at epoch 1; only a build that was requested at a higher epoch than this can have left an orphaned placement. */
const FIRST_EPOCH_ASKED = 2;
/** How many further candidates the scheduler is asked for. */
const ALTERNATES = 5;
/** How long it waits for other members of an affinity group that go to another cell, ms: until they are there and reported. */
const GROUP_SETTLES_MS = 200;
/** How long one run may begin new questions, ms; with the last of them well below the step's own time. */
const RUN_MS = 15_000;

/**
 * Finds a cell that takes the build. An epoch belongs to one cell: before another one is asked, the epoch is raised in the directory,
 * together with the record of an orphaned placement for the cell whose answer was lost. So whatever dies, at most one guest has the
 * epoch of the home.
 */
export async function placeBuild(request: PlacingRequest, deps: GlobalDeps): Promise<Placing> {
  const placing = await search(request, deps);
  if (placing.outcome !== 'later') deps.retryBudget.forget(request.uuid);
  return placing;
}

async function search(request: PlacingRequest, deps: GlobalDeps): Promise<Placing> {
  const { directory, clock } = deps;
  const found = await getHomeWithBuild(directory.read, request.uuid);
  if (found === null || found.state !== 'accepted') return { outcome: 'ended' };
  const attempt = new Search(found, request, deps);
  const known = await attempt.settleEarlier();
  if (known !== null) return known;

  const until = clock.now() + RUN_MS;
  while (clock.now() < until) {
    const decision = await attempt.schedule();
    if (typeof decision === 'string') return { outcome: 'later', reason: decision };
    if (decision.candidates.length === 0) {
      if (attempt.takeUpPutOff()) continue;
      return attempt.noCandidate(decision);
    }
    for (const candidates of byCell(decision.candidates)) {
      const placing = await attempt.tryCell(candidates, decision);
      if (placing !== null) return placing;
    }
    if (attempt.takeUpGroup()) await clock.sleep(GROUP_SETTLES_MS);
  }
  return { outcome: 'later', reason: 'many cells were asked and none has taken it yet' };
}

interface Asked {
  readonly cellId: string;
  readonly askedAt: number;
}

/** One run's knowledge: which cells were asked, which refused, and which may have a guest. */
class Search {
  readonly #request: PlacingRequest;
  readonly #deps: GlobalDeps;
  readonly #refusedHosts = new Set<string>();
  readonly #ignoredCells: Set<string>;
  /** Cells that have refused: they are asked again, on other hosts, once no other cell has a host. Null: that is so now. */
  #putOff: Set<string> | null;
  readonly #refusals: CellRefusal[] = [];
  #home: HomeWithBuild;
  /** The cell that may hold it at the home's epoch: asked, and no certain refusal. */
  #asked: Asked | null = null;
  #askedEarlier: Asked | null = null;
  /** A cell was not asked because another member of its affinity group goes to another one. */
  #groupElsewhere = false;
  /** A cell that might have it, or might take it, has not answered. */
  #unanswered = false;

  constructor(home: HomeWithBuild, request: PlacingRequest, deps: GlobalDeps) {
    this.#home = home;
    this.#request = request;
    this.#deps = deps;
    this.#ignoredCells = new Set(request.triedCellIds);
    this.#putOff = new Set(deps.reluctantCells.now(deps.clock.now()));
  }

  /** What an earlier run, perhaps of a worker that died, may have left: a cell that was asked, or a user who has deleted it meanwhile. */
  async settleEarlier(): Promise<Placing | null> {
    const { directory, cells, clock } = this.#deps;
    const { placingCellId, epoch, build } = this.#home;
    if (epoch > FIRST_EPOCH_ASKED) {
      // Each is told to forget it, and may be asked again then.
      for (const cellId of await orphanedCellsOf(directory.read, this.#home.uuid)) {
        if (this.#ignoredCells.has(cellId)) continue;
        this.#noAnswer(cellId, cells.find(cellId)?.name ?? cellId, 'it has not answered an earlier question');
      }
    }
    if (placingCellId !== null) {
      // The request may still arrive: until the epoch is raised, this cell counts as one that may have the build.
      this.#askedEarlier = { cellId: placingCellId, askedAt: clock.now() };
      this.#asked = this.#askedEarlier;
      const cell = cells.find(placingCellId);
      const answer = cell === undefined ? null : await probeCell(this.#deps.doorRequests, cell, { build, epoch });
      // Which revision the earlier run has asked with is not known.
      if (answer?.outcome === 'accepted') return { outcome: 'placed', cellId: placingCellId, epoch, revision: 0 };
      if (answer?.outcome !== 'refused')
        this.#noAnswer(placingCellId, cell?.name ?? placingCellId, 'it does not answer');
    }
    return this.#home.deleteRequested ? this.#giveUp(noAnswerInTime(null, clock.now()), null) : null;
  }

  /** @returns a decision, or why there is none now. */
  async schedule(): Promise<Decision | string> {
    const { build } = this.#home;
    const request = schedulingRequestOf(build, {
      alternates: ALTERNATES,
      schedulerHints: await hintsWithHosts(build, this.#deps),
      ignoreHostIds: [...this.#refusedHosts],
      ignoreCellIds: [...this.#ignoredCells, ...(this.#putOff ?? [])],
    });
    try {
      return await this.#deps.decide(request);
    } catch (error) {
      if (isVolvoxError(error, 'invalid')) throw error;
      return messageOf(error);
    }
  }

  /** @returns whether there are cells that were put off: they come now. */
  takeUpPutOff(): boolean {
    const left = this.#putOff?.size ?? 0;
    this.#putOff = null;
    return left > 0;
  }

  /** @returns whether a cell was left out because of the group; the next decision may know where the group is. */
  takeUpGroup(): boolean {
    const left = this.#groupElsewhere;
    this.#groupElsewhere = false;
    return left;
  }

  /** Asks one cell to build it on the first of its candidates, or on one of the others. Null: the cell did not take it. */
  async tryCell(candidates: readonly Candidate[], decision: Decision): Promise<Placing | null> {
    const [first] = candidates;
    if (first === undefined || this.#ignoredCells.has(first.cellId)) return null;
    const cell = await findCell(this.#deps.cells, first.cellId);
    if (cell === undefined) return this.#noAnswer(first.cellId, first.cellName, 'it is not known here yet');
    const taken = await this.#takeEpochFor(cell, decision, candidates);
    if (taken === 'changed') return this.#changedMeanwhile();
    if (taken === 'group elsewhere') {
      this.#groupElsewhere = true;
      return null;
    }
    const { epoch, buildRevision: revision } = this.#home;
    const answer = await askCell(this.#deps.doorRequests, cell, { build: this.#home.build, epoch, candidates });
    if (answer.outcome === 'accepted') {
      this.#deps.reluctantCells.accepted(cell.id);
      return { outcome: 'placed', cellId: cell.id, epoch, revision };
    }
    this.#deps.reluctantCells.refused(cell.id, this.#deps.clock.now());
    this.#putOff?.add(cell.id);
    this.#request.log.info({ cell: cell.name, epoch, answer }, 'the cell did not take the build');
    if (answer.outcome === 'unknown') return this.#noAnswer(cell.id, cell.name, answer.reason);
    this.#asked = this.#askedEarlier?.cellId === cell.id ? this.#askedEarlier : null;
    for (const { hostId } of candidates) this.#refusedHosts.add(hostId);
    this.#refusals.push({ cellName: cell.name, reason: answer.reason, outcome: 'refused' });
    return null;
  }

  /** No host can take it. This is final, unless a cell that does not answer now might still take it. */
  async noCandidate(decision: Decision): Promise<Placing> {
    const { clock, retryBudget } = this.#deps;
    const waiting = decision.silentCells.length > 0 || this.#unanswered || decision.hostsConsidered === 0;
    if (waiting && !retryBudget.isOver(this.#home.uuid, clock.now()))
      return { outcome: 'later', reason: 'cells do not answer' };
    const kept = decisionRecord(decision, { asked: [], refusedByCells: this.#refusals }, clock.now());
    return this.#giveUp(noValidHost(decision, this.#refusals, clock.now()), kept);
  }

  /** The epoch stays while the same cell is asked, and is raised for another one. `changed`: the home is not to be placed any more. */
  async #takeEpochFor(
    cell: CellDoor,
    decision: Decision,
    candidates: readonly Candidate[],
  ): Promise<'taken' | 'changed' | 'group elsewhere'> {
    const now = this.#deps.clock.now();
    if (this.#home.placingCellId !== cell.id) {
      const kept = decisionRecord(decision, { asked: candidates, refusedByCells: this.#refusals }, now);
      const epoch = await this.#begin(cell.id, kept, now);
      if (epoch === 'group elsewhere') return epoch;
      if (epoch === null) return 'changed';
      this.#askedEarlier = null;
      this.#home = { ...this.#home, epoch, placingCellId: cell.id };
    }
    this.#asked = { cellId: cell.id, askedAt: now };
    return 'taken';
  }

  /** @returns the epoch to ask the cell with; null: the home is not to be placed any more. */
  #begin(cellId: string, decision: DecisionRecord, now: number): Promise<number | null | 'group elsewhere'> {
    const { directory } = this.#deps;
    const home = this.#home;
    const leaving = this.#asked;
    const { serverGroup } = home.build;
    const group = serverGroup?.policy === 'affinity' ? serverGroup : null;
    if (leaving === null && group === null) return beginPlacing(directory.write, home, cellId, now, decision);
    return directory.transaction(async (tx) => {
      if (group !== null && (await memberGoesElsewhere(tx, { groupId: group.id, uuid: home.uuid, cellId, now })))
        return 'group elsewhere';
      if (leaving === null) return beginPlacing(tx, home, cellId, now, decision);
      return beginPlacingElsewhere(tx, home, cellId, leaving, now, decision);
    });
  }

  async #changedMeanwhile(): Promise<Placing> {
    const { directory } = this.#deps;
    const home = await getHomeWithBuild(directory.read, this.#home.uuid);
    if (home === null || home.state !== 'accepted') return { outcome: 'ended' };
    return { outcome: 'later', reason: 'it was changed meanwhile' };
  }

  /** Buries it, or ends it if the user has deleted it. */
  async #giveUp(fault: Fault, decision: DecisionRecord | null): Promise<Placing> {
    const { directory, clock } = this.#deps;
    await directory.transaction((tx) => giveUpHome(tx, this.#home.uuid, { fault, decision }, this.#asked, clock.now()));
    return { outcome: 'ended' };
  }

  #noAnswer(cellId: string, cellName: string, reason: string): null {
    this.#unanswered = true;
    this.#ignoredCells.add(cellId);
    this.#refusals.push({ cellName, reason, outcome: 'silent' });
    return null;
  }
}

/** The candidates of each cell together, in the order in which the cells come first. */
function byCell(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const cells = new Map<string, Candidate[]>();
  for (const candidate of candidates) cells.set(candidate.cellId, [...(cells.get(candidate.cellId) ?? []), candidate]);
  return [...cells.values()];
}
