import { largestGuest } from './filters/capacity.ts';
import { devicesLeft } from './free-on-host.ts';
import { AMOUNTS, GUEST, HostColumns, LOAD, LOAD_KEYS, METRIC, RESOURCE_KEYS } from './host-columns.ts';
import { type HostBucket, HostKind, kindKey, levelOf } from './host-kind.ts';
import type { HostView } from './host-view.ts';
import { type ImageProperty, textOf, textsOf } from './image-counts.ts';
import { RowIndex } from './row-index.ts';
import { DEFAULT_SETTINGS } from './scheduling-settings.ts';
import { type MetricSettings, weighedMetrics } from './weighed-metrics.ts';

/**
 * All known hosts, by row: what decisions read of each host in typed arrays, and indexes by kind, free amounts, name and server group. Each change
 * of one host costs the same, however many hosts there are. A row belongs to its host until it is removed; then another host may get it.
 */
export class HostTable<View extends HostView> {
  readonly columns = new HostColumns();
  readonly #views: (View | undefined)[] = [];
  readonly #buckets: (HostBucket | undefined)[] = [];
  readonly #groupIds: (readonly string[])[] = [];
  readonly #kinds = new Map<string, HostKind>();
  /** Numbers of kinds, and rows, that were used and are free. */
  readonly #freeKinds: number[] = [];
  readonly #freeRows: number[] = [];
  readonly #names = new RowIndex();
  readonly #groups = new RowIndex();
  /** By `textOf` of properties of images; `#imageTexts` are those of each row. */
  readonly #images = new RowIndex();
  readonly #imageTexts: (readonly string[])[] = [];
  readonly #metrics: MetricSettings;
  #decisions = 0;

  /** `metrics`: those of the policy of the decisions. */
  constructor(metrics: MetricSettings = DEFAULT_SETTINGS.metrics) {
    this.#metrics = metrics;
  }

  get kinds(): Iterable<HostKind> {
    return this.#kinds.values();
  }

  *rows(): Iterable<number> {
    for (const [row, view] of this.#views.entries()) if (view !== undefined) yield row;
  }

  /** @throws if the row is of no host. */
  view(row: number): View {
    const view = this.#views[row];
    if (view === undefined) throw new RangeError(`row ${row} is of no host`);
    return view;
  }

  bucket(row: number): HostBucket {
    const bucket = this.#buckets[row];
    if (bucket === undefined) throw new RangeError(`row ${row} is of no host`);
    return bucket;
  }

  /** The rows of the hosts with this id, name or node. */
  named(name: string): Iterable<number> {
    return this.#names.get(name);
  }

  /** The rows of the hosts that may have members of this server group. */
  withMembers(groupId: string): Iterable<number> {
    return this.#groups.get(groupId);
  }

  /** The rows of the hosts that have servers of images with this property. */
  withImages(property: ImageProperty): Iterable<number> {
    return this.#images.get(textOf(property));
  }

  /** Whether any host has a member of this server group, including hosts of silent cells. */
  groupHasMembers(groupId: string): boolean {
    for (const row of this.withMembers(groupId)) if (this.view(row).membersOf(groupId) > 0) return true;
    return false;
  }

  /** The number of a new decision, for the marks of rows, buckets and kinds. */
  nextDecision(): number {
    this.#decisions += 1;
    return this.#decisions;
  }

  /** @returns the row of the new host. */
  add(view: View): number {
    const row = this.#freeRows.pop() ?? this.#views.length;
    this.columns.reserve(row + 1);
    this.columns.marks[row] = 0;
    this.#enter(row, view);
    return row;
  }

  /** The host of the row is another view now. */
  replace(row: number, view: View): void {
    this.#leave(row);
    this.#enter(row, view);
  }

  /** Reads the amounts, the groups and the free devices of the row's view again. */
  changed(row: number): void {
    const view = this.view(row);
    const { kind } = this.bucket(row);
    if (view.host.devices !== undefined && devicesLeft(view) !== kind.devicesLeft) {
      this.replace(row, view);
      return;
    }
    kind.remove(row, this.bucket(row), this.columns);
    this.#setAmounts(row, view, kind);
    this.#setGroups(row, view.groupIds);
    this.#setImages(row, textsOf(view.images));
  }

  remove(row: number): void {
    this.#leave(row);
    this.#setGroups(row, []);
    this.#setImages(row, []);
    this.#views[row] = undefined;
    this.#buckets[row] = undefined;
    this.#freeRows.push(row);
  }

  #enter(row: number, view: View): void {
    this.#views[row] = view;
    this.columns.salts[row] = view.salt;
    this.#setAmounts(row, view, this.#kindOf(view));
    for (const name of namesOf(view)) this.#names.add(name, row);
    this.#setGroups(row, view.groupIds);
    this.#setImages(row, textsOf(view.images));
  }

  #leave(row: number): void {
    const bucket = this.bucket(row);
    for (const name of namesOf(this.view(row))) this.#names.remove(name, row);
    bucket.kind.remove(row, bucket, this.columns);
    if (bucket.kind.size > 0) return;
    this.#kinds.delete(bucket.kind.key);
    this.#freeKinds.push(bucket.kind.at);
  }

  #setAmounts(row: number, view: View, kind: HostKind): void {
    const { host, capacity, used, load } = view;
    const largest = largestGuest(host, capacity);
    const { amounts } = this.columns;
    const from = row * AMOUNTS;
    for (const [at, key] of RESOURCE_KEYS.entries()) {
      amounts[from + at] = capacity[key] - used[key];
      amounts[from + GUEST + at] = largest[key];
    }
    for (const [at, key] of LOAD_KEYS.entries()) amounts[from + LOAD + at] = load[key];
    amounts[from + METRIC] = weighedMetrics(host, this.#metrics);
    this.#buckets[row] = kind.add(row, levelOf(view), this.columns);
  }

  #setGroups(row: number, groupIds: readonly string[]): void {
    for (const id of this.#groupIds[row] ?? []) this.#groups.remove(id, row);
    for (const id of groupIds) this.#groups.add(id, row);
    this.#groupIds[row] = groupIds;
  }

  #setImages(row: number, texts: readonly string[]): void {
    for (const text of this.#imageTexts[row] ?? []) this.#images.remove(text, row);
    for (const text of texts) this.#images.add(text, row);
    this.#imageTexts[row] = texts;
  }

  #kindOf(view: View): HostKind {
    const key = kindKey(view);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const kind = new HostKind(key, this.#freeKinds.pop() ?? this.#kinds.size, view);
    this.#kinds.set(key, kind);
    return kind;
  }
}

const namesOf = ({ host }: HostView): ReadonlySet<string> => new Set([host.id, host.name, host.node]);
