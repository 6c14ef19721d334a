import type { Notice } from '#platform/contracts/door.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { assertNever } from '#platform/errors/assert-never.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { backoffMs } from '#platform/time/backoff.ts';
import type { GlobalDeps } from '../deps.ts';
import { buildFailed } from './build-failed.ts';
import { homesAsked } from './homes-asked.ts';
import { imageNotice } from './image-notice.ts';
import { instanceDeleted } from './instance-deleted.ts';
import { resizeEnded } from './resize-ended.ts';

const WAIT_MS = 10_000;
const WAIT_DEADLINE_MS = 14_000;
const MAX_AT_ONCE = 100;
const TOGETHER = 8;
/** A cell waits before it says that there is nothing. One that does not wait is asked again after this time, ms. */
const EMPTY_PAUSE_MS = 500;

/**
 * A notice is what a cell has to tell the global tier; it is open until it is acknowledged. One long poll a cell takes them as they
 * come; what fails stays open and comes again. Several super-conductors may take the same one: each of the answers is idempotent.
 */
export class CellNotices implements Service {
  readonly name = 'cell notices';
  readonly #deps: GlobalDeps;
  readonly #wake: (operationId: string) => void;
  readonly #log: Logger;
  readonly #taken: () => void;
  readonly #followed = new Map<string, { readonly cell: CellDoor; readonly stop: () => Promise<void> }>();
  #unwatch: () => void = () => undefined;

  /** `taken` is called when notices were answered. */
  constructor(deps: GlobalDeps, wake: (operationId: string) => void, log: Logger, taken: () => void = () => undefined) {
    this.#taken = taken;
    this.#deps = deps;
    this.#wake = wake;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#unwatch = this.#deps.cells.watch(() => this.#follow());
    this.#follow();
  }
  async drain(): Promise<void> {
    this.#unwatch();
  }
  async stop(): Promise<void> {
    this.#unwatch();
    await Promise.all([...this.#followed.values()].map(({ stop }) => stop()));
    this.#followed.clear();
  }

  #follow(): void {
    const now = new Map(this.#deps.cells.all().map((cell) => [cell.id, cell]));
    for (const [id, { cell, stop }] of this.#followed) {
      if (now.get(id)?.door === cell.door) continue;
      this.#followed.delete(id);
      void stop();
    }
    for (const [id, cell] of now) {
      if (!this.#followed.has(id)) this.#followed.set(id, { cell, stop: this.#begin(cell) });
    }
  }

  #begin(cell: CellDoor): () => Promise<void> {
    const stopping = new AbortController();
    const loop = this.#loop(cell, stopping.signal);
    return async () => {
      stopping.abort();
      await loop;
    };
  }

  async #loop(cell: CellDoor, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const question = { waitMs: WAIT_MS, limit: MAX_AT_ONCE };
        const askedAt = clock.now();
        const { notices } = await cell.door.watchNotices(question, { deadlineMs: WAIT_DEADLINE_MS, signal });
        const open = await this.#takeAll(notices.slice(0, MAX_AT_ONCE), cell);
        failures = open === 0 ? 0 : failures + 1;
        const waited = clock.now() - askedAt >= WAIT_MS / 2;
        if (notices.length === 0 && !waited) await clock.sleep(EMPTY_PAUSE_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1)
          this.#log.warn({ cell: cell.name, reason: messageOf(error) }, 'cannot take the notices of a cell');
      }
      if (failures > 0) await clock.sleep(backoffMs(failures, 100, 2_000), signal);
    }
  }

  /** @returns how many stay open. */
  async #takeAll(notices: readonly Notice[], cell: CellDoor): Promise<number> {
    const taken: string[] = [];
    // The answer to one question answers all of them, and reads everything that the cell has.
    const question = notices.find(isQuestion);
    const distinct = notices.filter((notice) => notice === question || !isQuestion(notice));
    for (let at = 0; at < distinct.length; at += TOGETHER) {
      const some = distinct.slice(at, at + TOGETHER);
      const done = await Promise.all(some.map((notice) => this.#take(notice, cell)));
      taken.push(...some.flatMap((notice, index) => (done[index] === true ? [notice.id] : [])));
    }
    if (question !== undefined && taken.includes(question.id))
      taken.push(...notices.flatMap((notice) => (isQuestion(notice) && notice !== question ? [notice.id] : [])));
    if (taken.length > 0) {
      this.#taken();
      await cell.door.acknowledgeNotices({ ids: taken });
    }
    return notices.length - taken.length;
  }

  async #take(notice: Notice, cell: CellDoor): Promise<boolean> {
    try {
      await this.#answer(notice, cell);
      return true;
    } catch (error) {
      this.#log.warn({ cell: cell.name, notice, reason: messageOf(error) }, 'a notice was not taken; it comes again');
      return false;
    }
  }

  async #answer(notice: Notice, cell: CellDoor): Promise<void> {
    switch (notice.kind) {
      case 'instance-deleted':
        return instanceDeleted(notice, cell.id, this.#deps);
      case 'build-failed': {
        const operationId = await buildFailed(notice, cell, this.#deps);
        if (operationId !== null) this.#wake(operationId);
        return;
      }
      case 'resize-ended':
        return resizeEnded(notice, this.#deps);
      case 'image-saved':
      case 'image-unneeded':
        return imageNotice(notice, cell.id, this.#deps);
      case 'homes-asked':
        return homesAsked(cell, this.#deps, this.#log);
      default:
        return assertNever(notice.kind);
    }
  }
}

const isQuestion = ({ kind }: Notice): boolean => kind === 'homes-asked';
