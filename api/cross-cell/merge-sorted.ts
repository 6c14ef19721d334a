/** One sorted stream of a merge, read a batch at a time. */
export interface SortedSource<T> {
  /**
   * The next `count` items after the last one given (null: from the beginning). Fewer than `count` means that it has no more;
   * null means that it says nothing any more, and the merge goes on without it.
   */
  next(last: T | null, count: number): Promise<readonly T[] | null>;
}

export interface Merged<T> {
  readonly items: readonly T[];
  /** Indexes of the sources that fell silent. */
  readonly silent: readonly number[];
}

/** How duplicates of one thing are known in different sources, and which of two is to be seen. */
export interface Duplicates<T> {
  readonly key: (item: T) => string;
  readonly better: (one: T, other: T) => boolean;
  /** Not every copy is to be seen: those that are not are passed by. All are, if this is not said. */
  readonly isSeen?: (item: T) => boolean;
}

/** The least batch worth a question. */
const MIN_BATCH = 100;

/**
 * The first `limit` items of all sources together, in order, each thing once. Every source is asked for its share and a little more,
 * and again only if it runs dry before the page is full: the cost is what the page needs, whatever the number of sources.
 *
 * Of two duplicates the better one is seen, where it stands. One that stands right behind the last of the page is looked for as well, so that
 * duplicates with equal sort values never fall on two pages.
 */
export async function mergeSorted<T>(
  sources: readonly SortedSource<T>[],
  compare: (a: T, b: T) => number,
  limit: number,
  duplicates: Duplicates<T>,
): Promise<Merged<T>> {
  const batch = Math.min(limit, Math.max(MIN_BATCH, Math.ceil((limit / Math.max(1, sources.length)) * 1.1)));
  const streams = sources.map((source) => new Stream(source));
  const met: T[] = [];
  const best = new Map<string, T>();
  let latest: Stream<T> | undefined;
  for (;;) {
    const full = best.size >= limit;
    // When the page is full, only another source can have a copy of its last.
    const dry = streams.filter((stream) => stream.needsMore && !(full && stream === latest));
    await Promise.all(dry.map((stream) => stream.fetch(full ? 1 : batch)));
    const first = foremost(streams, compare);
    const last = met.at(-1);
    if (first === undefined) break;
    if (full && (last === undefined || compare(first.head, last) !== 0)) break;
    if (duplicates.isSeen?.(first.head) === false) {
      first.stream.advance();
      continue;
    }
    const key = duplicates.key(first.head);
    const known = best.get(key);
    if (full && known === undefined) break;
    first.stream.advance();
    latest = first.stream;
    if (known !== undefined && !duplicates.better(first.head, known)) continue;
    best.set(key, first.head);
    met.push(first.head);
  }
  const items = best.size === met.length ? met : met.filter((item) => best.get(duplicates.key(item)) === item);
  return { items, silent: streams.flatMap((stream, index) => (stream.silent ? [index] : [])) };
}

/** The stream whose next item comes before those of the others. */
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

  constructor(source: SortedSource<T>) {
    this.#source = source;
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
}
