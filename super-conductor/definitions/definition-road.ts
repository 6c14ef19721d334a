import { announceChanges, isAnythingChanged } from '#platform/directory/stores/definitions/announce.ts';
import { cellsWithDue } from '#platform/directory/stores/definitions/due.ts';
import {
  dropDeleted,
  leaseCell,
  listToldCells,
  releaseLeases,
} from '#platform/directory/stores/definitions/told-cells.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { type Rest, reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import type { GlobalDeps } from '../deps.ts';
import { deliverDue } from './deliver.ts';

/** How often the directory is asked for changes while a cell takes definitions, ms. A change waits for half of it on average, or in a quiet region for nothing. */
const LOOK_EVERY_MS = 200;
/** How often it is asked whether a cell does, whether something was deleted while none does, and what other workers have left due, ms. */
const IDLE_LOOK_EVERY_MS = 2_000;
/** So long after a change it is asked each time what is due: a delivery that ends just then may have missed it, ms. */
const AFTER_CHANGE_MS = 2_000;

/**
 * A cell is given definitions again after this time for each cell in which some are due, at most so long, ms. A port of a group that names itself as
 * remote is due in all cells that have the group: so a hundred cells cost this tier what a few do, and each gets more at once.
 */
const PACE_MS = 100;
const MAX_PACE_MS = 1_500;

type Deps = Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>;

/** A cell to which something is being delivered, or was not delivered because it failed. */
interface Delivery {
  running: Promise<void> | null;
  failures: number;
  notBefore: number;
}

/**
 * Brings changed definitions to the cells that need them (docs/decisions/0030): decides what is due where, and delivers it. A cell that does
 * not answer delays no other. Any number may run: one at a time decides, and each cell has one that delivers.
 */
export class DefinitionRoad implements Service {
  readonly name = 'definition road';
  readonly #deps: Deps;
  readonly #workerId: string;
  readonly #log: Logger;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #stopping = new AbortController();
  readonly #looking: Service;
  /** Whether a cell takes definitions, as asked until then. */
  #told = false;
  #toldUntil = 0;
  #dueUntil = 0;
  /** As last asked. */
  #someDue = false;

  /** `rest`: as of reconcilers. */
  constructor(deps: Deps, workerId: string, log: Logger, rest?: Rest) {
    this.#deps = deps;
    this.#workerId = workerId;
    this.#log = log;
    const looking = {
      name: this.name,
      everyMs: LOOK_EVERY_MS,
      reconcile: () => this.#look(),
      hasMore: () => this.#someDue || deps.clock.now() < this.#dueUntil || this.#hasFailed(),
    };
    this.#looking = reconcilerService(looking, log, deps.clock, rest === undefined ? {} : { rest });
  }

  start(): Promise<void> {
    return this.#looking.start();
  }
  async drain(): Promise<void> {
    this.#stopping.abort();
    await this.#looking.drain();
  }
  /** Waits for the calls in progress; what they have not delivered stays due. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking.stop();
    await Promise.all([...this.#deliveries.values()].map(({ running }) => running));
    // Without it the leases run out.
    await releaseLeases(this.#deps.directory, this.#workerId).catch((error: unknown) =>
      this.#log.debug({ reason: messageOf(error) }, 'leases of cells were not released'),
    );
  }

  async #look(): Promise<void> {
    const { directory, clock } = this.#deps;
    const now = clock.now();
    const isIdleLook = now >= this.#toldUntil;
    if (isIdleLook) {
      this.#told = (await listToldCells(directory.read)).length > 0;
      if (!this.#told) await dropDeleted(directory);
      this.#toldUntil = now + IDLE_LOOK_EVERY_MS;
    }
    if (!this.#told) return;
    if (await isAnythingChanged(directory.read)) {
      while (await announceChanges(directory));
      this.#dueUntil = now + AFTER_CHANGE_MS;
    }
    if (!isIdleLook && !this.#hasFailed() && now >= this.#dueUntil) return;
    const due = await cellsWithDue(directory.read);
    this.#someDue = due.length > 0;
    const pace = Math.min(MAX_PACE_MS, due.length * PACE_MS);
    for (const cellId of due) this.#deliver(cellId, pace);
  }

  #hasFailed(): boolean {
    return [...this.#deliveries.values()].some(({ failures }) => failures > 0);
  }

  #deliver(cellId: string, pace: number): void {
    const delivery = this.#deliveries.get(cellId) ?? { running: null, failures: 0, notBefore: 0 };
    this.#deliveries.set(cellId, delivery);
    if (delivery.running !== null || this.#deps.clock.now() < delivery.notBefore) return;
    delivery.notBefore = this.#deps.clock.now() + pace;
    delivery.running = this.#run(cellId, delivery).finally(() => {
      delivery.running = null;
    });
  }

  /** Never rejects. */
  async #run(cellId: string, delivery: Delivery): Promise<void> {
    const { directory, cells, clock } = this.#deps;
    const cell = cells.find(cellId);
    try {
      if (cell === undefined) return;
      const lease = { cellId, workerId: this.#workerId };
      const mayGoOn = async () => !this.#stopping.signal.aborted && (await leaseCell(directory, lease, clock.now()));
      await deliverDue(directory, cell, mayGoOn, ({ kind, id }) =>
        this.#log.error({ cell: cell.name, kind, id }, 'a definition is too large for a cell, and is not delivered'),
      );
      delivery.failures = 0;
    } catch (error) {
      delivery.failures += 1;
      delivery.notBefore = clock.now() + backoffMs(delivery.failures, 200, 5_000);
      if (delivery.failures === 1 && !this.#stopping.signal.aborted)
        this.#log.warn({ cell: cell?.name, reason: messageOf(error) }, 'definitions were not delivered; they stay due');
    }
  }
}
