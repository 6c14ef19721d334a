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

/** The least batch worth a question. */
const LEAST_BATCH = 100;

/**
 * The first `limit` items of all sources together, in order. Every source is asked for its share and a little more, and again only
 * if it runs dry before the page is full: the cost is what the page needs, whatever the number of sources.
 */
export async function mergeSorted<T>(
  sources: readonly SortedSource<T>[],
  compare: (a: T, b: T) => number,
  limit: number,
): Promise<Merged<T>> {
  const batch = Math.min(limit, Math.max(LEAST_BATCH, Math.ceil((limit / Math.max(1, sources.length)) * 1.1)));
  const streams = sources.map((source) => new Stream(source, batch));
  const items: T[] = [];
  while (items.length < limit) {
    await Promise.all(streams.filter((stream) => stream.needsMore).map((stream) => stream.fetch()));
    let first: Stream<T> | undefined;
    for (const stream of streams) {
      if (stream.head === undefined) continue;
      if (first?.head === undefined || compare(stream.head, first.head) < 0) first = stream;
    }
    if (first?.head === undefined) break;
    items.push(first.head);
    first.advance();
  }
  return { items, silent: streams.flatMap((stream, index) => (stream.silent ? [index] : [])) };
}

class Stream<T> {
  readonly #source: SortedSource<T>;
  readonly #batch: number;
  #buffer: readonly T[] = [];
  #position = 0;
  #last: T | null = null;
  #ended = false;
  silent = false;

  constructor(source: SortedSource<T>, batch: number) {
    this.#source = source;
    this.#batch = batch;
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

  async fetch(): Promise<void> {
    const items = await this.#source.next(this.#last, this.#batch);
    this.#buffer = items ?? [];
    this.#position = 0;
    this.#last = this.#buffer.at(-1) ?? this.#last;
    this.#ended = items === null || items.length < this.#batch;
    this.silent = items === null;
  }
}
