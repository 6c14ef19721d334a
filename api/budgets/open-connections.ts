/** What is asked of a connection. */
interface Connection {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

interface Entry {
  readonly owner: string;
  /** Transferred when it was looked at last. */
  bytes: number;
}

/** How many connections are looked at to find one that is idle. */
const MAX_LOOKS = 32;

/** The open connections by owner (a client address, or a large block of them); every operation but `idlestOfLargest` takes constant time. */
export class OpenConnections<C extends Connection> {
  readonly #entries = new Map<C, Entry>();
  /** Of each owner, those that were longest not seen to transfer anything first. */
  readonly #byOwner = new Map<string, Set<C>>();
  /** The owners with so many connections. */
  readonly #bySize = new Map<number, Set<string>>();
  #largest = 0;

  get size(): number {
    return this.#entries.size;
  }

  add(owner: string, connection: C): void {
    const connections = this.#byOwner.get(owner) ?? new Set();
    this.#entries.set(connection, { owner, bytes: 0 });
    connections.add(connection);
    this.#byOwner.set(owner, connections);
    this.#move(owner, connections.size - 1, connections.size);
  }

  /** Once or more often. */
  delete(connection: C): void {
    const entry = this.#entries.get(connection);
    const connections = entry && this.#byOwner.get(entry.owner);
    if (entry === undefined || connections === undefined) return;
    this.#entries.delete(connection);
    connections.delete(connection);
    if (connections.size === 0) this.#byOwner.delete(entry.owner);
    this.#move(entry.owner, connections.size + 1, connections.size);
  }

  /**
   * Of the owner with the most connections, one that has transferred nothing since it was looked at last, or since it opened.
   * @returns null when that owner has no more than `owner`.
   */
  idlestOfLargest(owner: string): C | null {
    const [largest] = this.#bySize.get(this.#largest) ?? [];
    const connections = largest === undefined ? undefined : this.#byOwner.get(largest);
    if (connections === undefined || this.#largest <= (this.#byOwner.get(owner)?.size ?? 0)) return null;
    const first = [...firstOf(connections, MAX_LOOKS)];
    return first.find((connection) => !this.#hasTransferred(connection, connections)) ?? first[0] ?? null;
  }

  /** A connection that has is looked at again after the others of its owner. */
  #hasTransferred(connection: C, connections: Set<C>): boolean {
    const entry = this.#entries.get(connection);
    const bytes = connection.bytesRead + connection.bytesWritten;
    if (entry === undefined || entry.bytes === bytes) return false;
    entry.bytes = bytes;
    connections.delete(connection);
    connections.add(connection);
    return true;
  }

  #move(owner: string, from: number, to: number): void {
    const left = this.#bySize.get(from);
    left?.delete(owner);
    if (left?.size === 0) this.#bySize.delete(from);
    if (to > 0) this.#bySize.set(to, (this.#bySize.get(to) ?? new Set()).add(owner));
    if (to > this.#largest || !this.#bySize.has(this.#largest)) this.#largest = to;
  }
}

function* firstOf<V>(values: Iterable<V>, count: number): Generator<V> {
  let left = count;
  for (const value of values) {
    if (left-- === 0) return;
    yield value;
  }
}
