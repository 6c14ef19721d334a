import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { announceChanges, isAnythingChanged } from '#platform/directory/stores/definitions/announce.ts';
import { cellsWithDue } from '#platform/directory/stores/definitions/due.ts';
import {
  dropDeleted,
  leaseCells,
  listToldCells,
  releaseLeases,
} from '#platform/directory/stores/definitions/told-cells.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { type Rest, reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { DefinitionKey } from '#platform/objects/definitions.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import type { GlobalDeps } from '../deps.ts';
import { deliverRound } from './deliver.ts';

/** How often the directory is asked for changes while a cell takes definitions, ms. A change waits for half of it on average, or in a quiet region for nothing. */
const LOOK_EVERY_MS = 200;
/** How often it is asked whether a cell does, whether something was deleted while none does, and what other workers have left due, ms. */
const IDLE_LOOK_EVERY_MS = 2_000;
/** So long after a change it is asked each time what is due: a delivery that ends just then may have missed it, ms. */
const AFTER_CHANGE_MS = 2_000;

/**
 * After a round the road rests so long for each cell of it, and MAX_PACE_MS at most, ms. A port of a group that names itself as remote is due in all
 * cells that have the group: so a hundred cells cost this tier what a few do, and each gets more at once.
 */
const PACE_MS = 100;
const MAX_PACE_MS = 1_500;

type Deps = Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>;

/** A cell that definitions were delivered to, or could not be. */
interface Recipient {
  /** Its delivery, while it is in progress. It does not reject. */
  running: Promise<void> | null;
  failures: number;
  notBefore: number;
}

/**
 * Brings changed definitions to the cells that need them (docs/decisions/0030): decides what is due where, and delivers it, in rounds
 * of all cells at once. A cell that does not answer delays no other. Any number may run: one at a time decides, and each cell has one that
 * delivers.
 */
export class DefinitionRoad implements Service {
  readonly name = 'definition road';
  readonly #deps: Deps;
  readonly #workerId: string;
  readonly #log: Logger;
  readonly #recipients = new Map<string, Recipient>();
  readonly #stopping = new AbortController();
  readonly #looking: Service;
  /** Whether a cell takes definitions, as asked until then. */
  #told = false;
  #toldUntil = 0;
  #dueUntil = 0;
  /** As last asked. */
  #someDue = false;
  /** When the next round may begin. */
  #nextRound = 0;

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
    await Promise.all([...this.#recipients.values()].map(({ running }) => running));
    // Without it the leases run out.
    await releaseLeases(this.#deps.directory, this.#workerId).catch((error: unknown) =>
      this.#log.debug({ reason: messageOf(error) }, 'leases of cells were not released'),
    );
  }

  async #look(): Promise<void> {
    const { directory, clock } = this.#deps;
    const now = clock.now();
    if (now < this.#nextRound) return;
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
    await this.#deliver(due.filter((cellId) => this.#isReady(cellId)));
  }

  #hasFailed(): boolean {
    return [...this.#recipients.values()].some(({ failures }) => failures > 0);
  }

  #isReady(cellId: string): boolean {
    const recipient = this.#recipients.get(cellId);
    return recipient === undefined || (recipient.running === null && this.#deps.clock.now() >= recipient.notBefore);
  }

  /** Begins a round. It is over for each cell by itself. */
  async #deliver(cellIds: readonly string[]): Promise<void> {
    const { directory, cells, clock } = this.#deps;
    if (cellIds.length === 0 || this.#stopping.signal.aborted) return;
    const leased = await leaseCells(directory, { cellIds, workerId: this.#workerId }, clock.now());
    const recipients = [...leased].flatMap((cellId) => cells.find(cellId) ?? []);
    if (recipients.length === 0 || this.#stopping.signal.aborted) return;
    const pace = Math.min(MAX_PACE_MS, recipients.length * PACE_MS);
    this.#nextRound = clock.now() + pace;
    // No other round may begin before that, so the wait delays nobody.
    const maxWaitMs = Math.max(LOOK_EVERY_MS, pace * 0.8);
    const tooLarge = (one: DefinitionKey) => this.#tooLarge(one);
    const deliveries = deliverRound({ directory, clock, cells: recipients, maxWaitMs, tooLarge });
    for (const [at, delivery] of deliveries.entries()) {
      const cell = recipients[at];
      if (cell !== undefined) this.#watch(cell, delivery);
    }
  }

  #watch(cell: CellDoor, delivery: Promise<boolean>): void {
    const recipient = this.#recipients.get(cell.id) ?? { running: null, failures: 0, notBefore: 0 };
    this.#recipients.set(cell.id, recipient);
    recipient.running = delivery
      .then(
        (hasMore) => {
          recipient.failures = 0;
          if (hasMore) this.#nextRound = 0;
        },
        (error: unknown) => this.#noteFailure(cell, recipient, error),
      )
      .finally(() => {
        recipient.running = null;
      });
  }

  #noteFailure(cell: CellDoor, recipient: Recipient, error: unknown): void {
    recipient.failures += 1;
    recipient.notBefore = this.#deps.clock.now() + backoffMs(recipient.failures, 200, 5_000);
    if (recipient.failures === 1 && !this.#stopping.signal.aborted)
      this.#log.warn({ cell: cell.name, reason: messageOf(error) }, 'definitions were not delivered; they stay due');
  }

  #tooLarge({ kind, id }: DefinitionKey): void {
    this.#log.error({ kind, id }, 'a definition is too large for cells, and is not delivered');
  }
}
