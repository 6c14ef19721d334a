import { randomUUID } from 'node:crypto';
import { Extent } from './extent.ts';
import { deviceInventory, devicesLeft } from './free-on-host.ts';
import { type Dimensions, Frontier } from './frontier.ts';
import { type HostColumns, RESOURCE_KEYS } from './host-columns.ts';
import type { CellView, HostView } from './host-view.ts';
import { NO_IMAGES } from './image-counts.ts';

/** No request names this. */
const NO_NAME = randomUUID();
const NOTHING = { vcpus: 0, ramMb: 0, diskGb: 0 };
const IDLE = { guests: 0, ioOps: 0, reliability: 0 };

/** Hosts with at least so large a share of a resource free are in other buckets than those with less. Empty hosts, which are often equal, have their own. */
const LEVELS = [1 / 32, 1 / 8, 1 / 2, 7 / 8, 1];

/** So many decisions ask a kind for its frontier before it is found. */
const ASKED_BEFORE = 4;

interface KnownFrontier {
  version: number;
  asked: number;
  frontier: Frontier | null;
}

/** Hosts with no work in progress, with one, two, or more are in different buckets. */
const BUSY_LEVELS = 4;

/**
 * The same text for two hosts of one kind. Hosts of a kind differ only in the members that are left out here: names, amounts, groups, images of servers, the address
 * and the NUMA nodes, which only `asksEveryHost` filters read, and what no filter reads. They have metrics of the same names, and as many devices, of which as
 * many are free; which ones only `asksEveryHost` filters read.
 */
export function kindKey(view: HostView): string {
  const { host, capacity, used, load, salt, groupIds, membersOf, assumedParts, images, ...placement } = view;
  const { id, name, node, hostIp, total, reserved, ratios, used: claimed, groups, nodes, nodesUsed, ...rest } = host;
  const { serviceId, version, uptime, bootedAt, lastSeenAt, startedAt, disabledReason, ...others } = rest;
  const { runningGuests, ioOps, buildFailures, buildTrialAt, onTrial, metrics, imageProperties, ...more } = others;
  const { devices, devicesUsed, ...shared } = more;
  const measured = metrics === undefined ? [] : Object.keys(metrics).sort();
  return JSON.stringify([placement, shared, measured, deviceInventory(host), devicesLeft(view)]);
}

/**
 * The hosts of one cell that all filters and weighers take for the same, apart from amounts, names and groups. They stand in buckets by the shares
 * of each resource that are free, and by their work in progress.
 */
export class HostKind {
  readonly key: string;
  /** A small number that no other kind of the table has now. */
  readonly at: number;
  readonly cell: CellView;
  /** A host of this kind that no request names, in no server group, without amounts. */
  readonly ordinary: HostView;
  /** How many devices of each of its hosts are free. */
  readonly devicesLeft: number;
  readonly buckets = new Map<number, HostBucket>();
  size = 0;
  /** Grows with each change of its hosts. */
  version = 0;
  /** The last decision that asked about some of its hosts one by one, and about how many. */
  mark = 0;
  marked = 0;
  readonly #extent = new Extent();
  #stale = false;
  /** The last of each key of dimensions. */
  readonly #frontiers = new Map<string, KnownFrontier>();

  constructor(key: string, at: number, view: HostView) {
    this.key = key;
    this.at = at;
    this.cell = view.cell;
    this.devicesLeft = devicesLeft(view);
    this.ordinary = {
      ...{ cell: view.cell, aggregates: view.aggregates, zone: view.zone, customTraits: view.customTraits },
      host: { ...view.host, id: NO_NAME, name: NO_NAME, node: NO_NAME, used: NOTHING, groups: {} },
      ...{ capacity: NOTHING, used: NOTHING, load: IDLE, salt: 0, groupIds: [], membersOf: () => 0 },
      ...{ assumedParts: view.assumedParts, images: NO_IMAGES },
    };
  }

  add(row: number, level: number, columns: HostColumns): HostBucket {
    let bucket = this.buckets.get(level);
    if (bucket === undefined) {
      bucket = new HostBucket(this, level);
      this.buckets.set(level, bucket);
    }
    bucket.add(row, columns);
    this.#changed(1);
    return bucket;
  }

  remove(row: number, bucket: HostBucket, columns: HostColumns): void {
    bucket.remove(row, columns);
    if (bucket.size === 0) this.buckets.delete(bucket.level);
    this.#changed(-1);
  }

  #changed(hosts: number): void {
    this.size += hosts;
    this.version += 1;
    this.#stale = true;
  }

  extent(columns: HostColumns): Extent {
    if (this.#stale) {
      this.#extent.clear();
      for (const bucket of this.buckets.values()) this.#extent.include(bucket.extent(columns));
      this.#stale = false;
    }
    return this.#extent;
  }

  /** Null: not yet. It is found for a kind that stays as it is for some decisions; until then it would cost more than it saves. */
  frontier(dimensions: Dimensions, columns: HostColumns): Frontier | null {
    let known = this.#frontiers.get(dimensions.key);
    if (known === undefined) {
      known = { version: this.version, asked: 0, frontier: null };
      this.#frontiers.set(dimensions.key, known);
    }
    if (known.version !== this.version) {
      known.version = this.version;
      known.asked = 0;
      known.frontier = null;
    }
    known.asked += 1;
    if (known.asked > ASKED_BEFORE) known.frontier ??= new Frontier(dimensions, this.buckets.values(), columns);
    return known.frontier;
  }
}

/** Hosts of one kind with about the same free amounts and work in progress. */
export class HostBucket {
  readonly kind: HostKind;
  readonly level: number;
  /** The first `size` are rows of the table. */
  rows = new Int32Array(4);
  size = 0;
  /** The last decision that asked about some of its hosts one by one. */
  mark = 0;
  /** Grows with each change of its hosts. */
  version = 0;
  readonly #bestRows = new Map<string, { readonly version: number; readonly rows: readonly number[] }>();
  readonly #extent = new Extent();
  #stale = false;

  constructor(kind: HostKind, level: number) {
    this.kind = kind;
    this.level = level;
  }

  add(row: number, columns: HostColumns): void {
    if (this.size === this.rows.length) {
      const rows = new Int32Array(this.size * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    this.version += 1;
    this.rows[this.size] = row;
    columns.slots[row] = this.size;
    this.size += 1;
    if (!this.#stale) this.#extent.includeRow(columns, row);
  }

  /** Before the row's amounts change. */
  remove(row: number, columns: HostColumns): void {
    this.version += 1;
    this.size -= 1;
    const last = this.rows[this.size] ?? row;
    const slot = columns.slots[row] ?? 0;
    this.rows[slot] = last;
    columns.slots[last] = slot;
    this.#stale ||= this.#extent.dependsOn(columns, row);
  }

  extent(columns: HostColumns): Extent {
    if (this.#stale) {
      this.#extent.clear();
      for (let at = 0; at < this.size; at++) this.#extent.includeRow(columns, this.rows[at] as number);
      this.#stale = false;
    }
    return this.#extent;
  }

  /** The rows of its frontier. */
  bestRows(dimensions: Dimensions, columns: HostColumns): readonly number[] {
    let known = this.#bestRows.get(dimensions.key);
    if (known?.version !== this.version) {
      const all = { extent: () => this.extent(columns), bestRows: () => this.rows.subarray(0, this.size) };
      known = { version: this.version, rows: new Frontier(dimensions, [all], columns).rows };
      this.#bestRows.set(dimensions.key, known);
    }
    return known.rows;
  }
}

/** The bucket of a host with this capacity, use and load: hosts of about the same size, with about the same shares free, and equally busy. */
export function levelOf({ capacity, used, load }: HostView): number {
  let level = capacity.ramMb < 1 ? 0 : Math.floor(4 * Math.log2(capacity.ramMb));
  for (const key of RESOURCE_KEYS) {
    const share = capacity[key] > 0 ? (capacity[key] - used[key]) / capacity[key] : 0;
    let step = 0;
    while (step < LEVELS.length && share >= (LEVELS[step] ?? 0)) step += 1;
    level = level * (LEVELS.length + 1) + step;
  }
  return level * BUSY_LEVELS + Math.min(load.ioOps, BUSY_LEVELS - 1);
}
