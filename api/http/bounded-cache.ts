interface Age {
  /** An entry is forgotten so long after it was set, ms. */
  readonly maxAgeMs: number;
  /** ms, of a clock that never steps. */
  readonly now: () => number;
}

interface Entry<V> {
  readonly value: V;
  readonly setAt: number;
}

const NO_AGE: Age = { maxAgeMs: Number.POSITIVE_INFINITY, now: () => 0 };

/** A map with a maximum size, and perhaps a maximum age. It evicts the least recently used entry. */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  readonly #size: number;
  readonly #age: Age;

  constructor(size: number, age = NO_AGE) {
    this.#size = size;
    this.#age = age;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.#age.now() - entry.setAt > this.#age.maxAgeMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, setAt: this.#age.now() });
    if (this.#entries.size <= this.#size) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
