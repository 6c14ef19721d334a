/** One sorted source of a merge, read in batches. */
export interface SortedSource<T> {
  /**
   * Returns the next `count` items after `last` (null: from the start). Fewer than `count` items mean that the source has ended.
   * Null means that the source does not answer; the merge continues without it.
   */
  next(last: T | null, count: number): Promise<readonly T[] | null>;
}

interface Merged<T> {
  readonly items: readonly T[];
  /** The page ended before `limit` because of its size, and there are more items. */
  readonly cut: boolean;
  /** Of all items together, as `PageSize` counts it. */
  readonly size: number;
  /** Indexes of the sources that stopped answering. */
  readonly silent: readonly number[];
}

/** How to recognize duplicates of one item in different sources, and which of two to show. */
export interface Duplicates<T> {
  readonly key: (item: T) => string;
  readonly better: (one: T, other: T) => boolean;
  /** Skips the items for which it returns false. Absent: shows all. */
  readonly isShown?: (item: T) => boolean;
}

/** What a source has sent, before any of it is used. */
export interface Fetched<T> {
  /** The index of the source. */
  readonly source: number;
  readonly items: readonly T[];
}

/** @returns those of the items that may be used, source by source. */
export type Admit<T> = (fetched: readonly Fetched<T>[]) => Promise<readonly (readonly T[])[]>;

/** Bounds a page by the size of its items too: a page ends with the item that reaches `max`. */
export interface PageSize<T> {
  readonly of: (item: T) => number;
  readonly max: number;
  /** Of one item, judged by what was read before: the first batch is as large as then fits well. Absent: it is small. */
  readonly expected?: number | undefined;
}

/** Where the size of items is only expected, batches have at most so much of a page: items may be larger than those before. */
const SHARE_OF_EXPECTED = 1 / 4;
/** The smallest batch that justifies a request. */
const MIN_BATCH = 100;
/** After so many batches in a row of which nothing may be used, a source counts as silent. */
const MAX_USELESS_BATCHES = 3;

/**
 * Returns the first `limit` items of all sources in sort order, without duplicates. It asks each source for its share and a little more, and
 * again only if the source runs dry before the page is full, so the cost depends on the page and not on the number of sources.
 *
 * Of two duplicates it shows the better one, at that item's position. It also looks right after the end of the page, so that duplicates with
 * equal sort values never appear on two pages.
 *
 * `admit` sees what the sources have sent in one round together, before any of it is used.
 *
 * With `size`, the first batches are small unless a size is expected, and show how many items fit: so the merge reads little that does not fit.
 */
export async function mergeSorted<T>(
  sources: readonly SortedSource<T>[],
  compare: (a: T, b: T) => number,
  limit: number,
  duplicates: Duplicates<T>,
  admit?: Admit<T>,
  size: PageSize<T> = { of: () => 0, max: Number.POSITIVE_INFINITY },
): Promise<Merged<T>> {
  const share = Math.min(limit, Math.max(MIN_BATCH, Math.ceil((limit / Math.max(1, sources.length)) * 1.1)));
  const again = size.max === Number.POSITIVE_INFINITY ? share : Math.min(share, MIN_BATCH);
  const streams = sources.map((source, index) => new Stream(source, index));
  const fill = async (dry: readonly Stream<T>[], count: number): Promise<void> => {
    let open = dry;
    for (let batches = 0; open.length > 0 && batches < MAX_USELESS_BATCHES; batches++) {
      await Promise.all(open.map((stream) => stream.fetch(batches === 0 ? count : again)));
      const admitted = await admit?.(open.map((stream) => stream.fetched));
      for (const [at, stream] of open.entries()) stream.keep(admitted?.[at] ?? stream.fetched.items);
      open = open.filter((stream) => stream.needsMore);
    }
    for (const stream of open) stream.giveUp();
  };
  const met: T[] = [];
  const best = new Map<string, T>();
  let latest: Stream<T> | undefined;
  let bytes = 0;
  let cut = false;
  for (;;) {
    const full = best.size >= limit || bytes >= size.max;
    // When the page is full, only another source can have a duplicate of its last item.
    const dry = streams.filter((stream) => stream.needsMore && !(full && stream === latest));
    await fill(dry, full ? 1 : nextBatch(share, best.size, bytes, size));
    const first = foremost(streams, compare);
    const last = met.at(-1);
    if (first === undefined) {
      cut = best.size < limit && streams.some((stream) => stream.needsMore);
      break;
    }
    if (full && (last === undefined || compare(first.head, last) !== 0)) {
      cut = best.size < limit;
      break;
    }
    if (duplicates.isShown?.(first.head) === false) {
      first.stream.advance();
      continue;
    }
    const key = duplicates.key(first.head);
    const known = best.get(key);
    if (full && known === undefined) {
      cut = best.size < limit;
      break;
    }
    first.stream.advance();
    latest = first.stream;
    if (known !== undefined && !duplicates.better(first.head, known)) continue;
    if (known === undefined) bytes += size.of(first.head);
    best.set(key, first.head);
    met.push(first.head);
  }
  const items = best.size === met.length ? met : met.filter((item) => best.get(duplicates.key(item)) === item);
  return { items, cut, size: bytes, silent: streams.flatMap((stream, index) => (stream.silent ? [index] : [])) };
}

/** At first one that fits even if items are larger than expected; then as many as fit, if they are like those before. */
function nextBatch<T>(share: number, count: number, bytes: number, size: PageSize<T>): number {
  if (size.max === Number.POSITIVE_INFINITY) return share;
  if (count === 0) {
    const { expected = Number.POSITIVE_INFINITY } = size;
    return Math.min(share, Math.max(MIN_BATCH, Math.floor((size.max * SHARE_OF_EXPECTED) / Math.max(1, expected))));
  }
  const fitting = Math.ceil(Math.max(0, size.max - bytes) / Math.max(1, bytes / count)) + 1;
  return Math.min(share, Math.max(1, fitting));
}

/** The stream whose next item sorts first. */
function foremost<T>(
  streams: readonly Stream<T>[],
  compare: (a: T, b: T) => number,
): { readonly stream: Stream<T>; readonly head: T } | undefined {
  let first: { readonly stream: Stream<T>; readonly head: T } | undefined;
  for (const stream of streams) {
    const { head } = stream;
    if (head !== undefined && (first === undefined || compare(head, first.head) < 0)) first = { stream, head };
  }
  return first;
}

class Stream<T> {
  readonly #source: SortedSource<T>;
  #buffer: readonly T[] = [];
  #position = 0;
  #last: T | null = null;
  #ended = false;
  silent = false;

  readonly #index: number;

  constructor(source: SortedSource<T>, index: number) {
    this.#source = source;
    this.#index = index;
  }

  get fetched(): Fetched<T> {
    return { source: this.#index, items: this.#buffer };
  }

  get head(): T | undefined {
    return this.#buffer[this.#position];
  }
  get needsMore(): boolean {
    return !this.#ended && this.head === undefined;
  }

  advance(): void {
    this.#position += 1;
  }

  async fetch(count: number): Promise<void> {
    const items = await this.#source.next(this.#last, count);
    this.#buffer = items ?? [];
    this.#position = 0;
    this.#last = this.#buffer.at(-1) ?? this.#last;
    this.#ended = items === null || items.length < count;
    this.silent = items === null;
  }

  /** Goes on with these of the fetched items. */
  keep(items: readonly T[]): void {
    this.#buffer = items;
  }

  giveUp(): void {
    this.#ended = true;
    this.silent = true;
  }
}
