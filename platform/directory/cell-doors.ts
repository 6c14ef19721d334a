import { MIN_KEY_LENGTH } from '../config/options.ts';
import { doorContract } from '../contracts/door.ts';
import { VolvoxError } from '../errors/volvox-error.ts';
import { LatestAnswer } from '../lifecycle/latest-answer.ts';
import { reconcilerService } from '../lifecycle/reconciler.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { type Client, createClient } from '../rpc/client.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '../tls/transport.ts';
import type { Directory } from './directory.ts';
import { readingTogether } from './reads-together.ts';
import { type CellWithKey, listCells } from './stores/cells.ts';
import type { DoorKeySeal } from './stores/door-keys.ts';

export type DoorClient = Client<typeof doorContract>;

/** A cell and the way to it. The same object as long as name, URL and key stay the same, so it may be compared. */
export interface CellDoor {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly door: DoorClient;
}

interface CellDoorsOptions {
  readonly directory: Directory;
  readonly seal: DoorKeySeal;
  readonly log: Logger;
  /** How doors are reached; without it: plain, on loopback only. */
  readonly transport?: Transport;
  readonly clock?: Clock;
  /** How often the directory is asked for new cells, ms. */
  readonly refreshEveryMs?: number;
  /** Whether somebody calls `refresh` when cells were changed: the directory is asked less often then. */
  readonly hears?: () => boolean;
  /** For tests: how a door is opened. */
  readonly open?: (peer: { url: string; key: string; cell: string }) => DoorClient;
}

/** How often the directory is asked although changes are heard of, ms. */
const HEARD_EVERY_MS = 5_000;

/**
 * The doors of all cells, kept as the directory has them, each with its own connections and breaker: a slow cell is slow for its
 * own callers only. While the directory does not answer, what was known stays.
 */
export class CellDoors implements Service {
  readonly name = 'cell doors';
  readonly #options: Required<CellDoorsOptions>;
  readonly #latest = new LatestAnswer();
  readonly #watchers = new Set<() => void>();
  #cells: ReadonlyMap<string, { readonly cell: CellWithKey; readonly door: CellDoor }> = new Map();
  #list: readonly CellDoor[] = [];
  readonly #refreshing: Service;

  constructor(options: CellDoorsOptions) {
    const { transport = PLAIN_ON_LOOPBACK } = options;
    this.#options = {
      transport,
      clock: systemClock,
      refreshEveryMs: 1_000,
      hears: () => false,
      open: (peer) => readingTogether(createClient(doorContract, { ...peer, transport })),
      ...options,
    };
    const { log, clock, refreshEveryMs, hears } = this.#options;
    const refreshing = {
      name: this.name,
      get everyMs() {
        return hears() ? Math.max(refreshEveryMs, HEARD_EVERY_MS) : refreshEveryMs;
      },
      reconcile: () => this.refresh(),
    };
    this.#refreshing = reconcilerService(refreshing, log, clock, { awaitFirst: true });
  }

  /** Asks the directory once; until it has answered, no cell is known. */
  async start(): Promise<void> {
    await this.#refreshing.start();
  }
  async drain(): Promise<void> {}
  async stop(): Promise<void> {
    await this.#refreshing.stop();
    for (const { door } of this.#list) void door.close();
  }

  /** How the doors are reached, for those who try one before it is added. */
  get transport(): Transport {
    return this.#options.transport;
  }

  /** What the keys of these doors are sealed with, for those who add one. */
  get seal(): DoorKeySeal {
    return this.#options.seal;
  }

  /** All of them, by name. */
  all(): readonly CellDoor[] {
    return this.#list;
  }

  find(cellId: string): CellDoor | undefined {
    return this.#cells.get(cellId)?.door;
  }

  /** @throws VolvoxError unavailable when the cell is not (or not yet) known here. */
  of(cellId: string): CellDoor {
    const known = this.find(cellId);
    if (known === undefined) throw unknownCell(cellId);
    return known;
  }

  /** `changed` is called after cells came, went or changed. Returns how to end it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Reads the directory now: for those who have just changed it. */
  async refresh(): Promise<void> {
    const { directory, log } = this.#options;
    const rows = await this.#latest.to(() => listCells(directory.read));
    if (rows === undefined) return;
    const before = this.#cells;
    const after = new Map<string, { readonly cell: CellWithKey; readonly door: CellDoor }>();
    for (const cell of rows) {
      const known = before.get(cell.id);
      if (known !== undefined && same(known.cell, cell)) {
        after.set(cell.id, known);
        continue;
      }
      const reopen = known === undefined || !sameDoor(known.cell, cell);
      try {
        const door = reopen ? this.#open(cell) : known.door.door;
        after.set(cell.id, {
          cell,
          door: { id: cell.id, name: cell.name, url: cell.url, enabled: cell.enabled, door },
        });
      } catch (error) {
        log.error({ err: error, cell: cell.name }, 'this cell cannot be used');
      }
    }
    this.#cells = after;
    this.#list = [...after.values()].map(({ door }) => door);
    let changed = before.size !== after.size;
    for (const [id, { door }] of before) {
      const now = after.get(id)?.door;
      if (now !== door) changed = true;
      if (now?.door !== door.door) void door.door.close();
    }
    if (changed) for (const watcher of this.#watchers) watcher();
  }

  /** A key that an earlier release stored may be shorter than one that is added now; it works on. */
  #open({ id, name, url, sealedKey }: CellWithKey): DoorClient {
    const { seal, open, log } = this.#options;
    const key = seal.open(sealedKey, id);
    if (key.length < MIN_KEY_LENGTH) {
      log.warn(
        { cell: name, characters: key.length },
        `the key of the door has fewer than ${MIN_KEY_LENGTH} characters; give the cell a longer one: conductor.doorKey, then PATCH /federation/v1/cells/{cell}`,
      );
    }
    return open({ url, key, cell: name });
  }
}

/**
 * A cell that the directory has just named, though another process may have added it a moment ago: one that is not known here is looked for
 * in the directory before it counts as unknown.
 */
export async function findCell(
  cells: Pick<CellDoors, 'find'> & Partial<Pick<CellDoors, 'refresh'>>,
  cellId: string,
): Promise<CellDoor | undefined> {
  const known = cells.find(cellId);
  if (known !== undefined || cells.refresh === undefined) return known;
  // While the directory is silent, what is known stays.
  await cells.refresh().catch(() => undefined);
  return cells.find(cellId);
}

/** @throws VolvoxError unavailable when the cell is not known, or not usable, here. */
export async function cellOf(cells: Parameters<typeof findCell>[0], cellId: string): Promise<CellDoor> {
  const cell = await findCell(cells, cellId);
  if (cell === undefined) throw unknownCell(cellId);
  return cell;
}

const unknownCell = (cellId: string): VolvoxError =>
  new VolvoxError('unavailable', `Cell ${cellId} is not known here.`);

/** The certificate of a door names its cell, so that another name is another door. */
const sameDoor = (a: CellWithKey, b: CellWithKey): boolean =>
  a.name === b.name && a.url === b.url && a.sealedKey === b.sealedKey;
const same = (a: CellWithKey, b: CellWithKey): boolean => sameDoor(a, b) && a.enabled === b.enabled;
