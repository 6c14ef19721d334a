import type { Query } from './query.ts';

export interface Link {
  readonly href: string;
  readonly rel: string;
}

/** Links of answers. `self` leads into the API the request came through; a bookmark has no version in it. */
export class Links {
  readonly #base: string;
  readonly #bookmarkBase: string;

  /**
   * @param endpoint the compute endpoint without a version, `http://host:8774/compute`.
   * @param prefix what the request's path had after it: `/v2.1` or `/v2.1/<project>`.
   */
  constructor(endpoint: string, prefix: string) {
    this.#base = `${endpoint}${prefix}`;
    this.#bookmarkBase = `${endpoint}${prefix.replace(/^\/v2(\.1)?/, '')}`;
  }

  self(collection: string, id: string): Link {
    return { rel: 'self', href: `${this.#base}/${collection}/${id}` };
  }
  bookmark(collection: string, id: string): Link {
    return { rel: 'bookmark', href: `${this.#bookmarkBase}/${collection}/${id}` };
  }
  both(collection: string, id: string): readonly Link[] {
    return [this.self(collection, id), this.bookmark(collection, id)];
  }
  /** The next page: the same question, its parameters in alphabetical order as Nova writes them, beginning after `marker`. */
  next(path: string, query: Query, marker: string): Link {
    return this.#nextBy(path, query, 'marker', marker);
  }

  /** The next page of a list that is paged by numbers: the same question from `offset`. */
  nextFrom(path: string, query: Query, offset: number): Link {
    return this.#nextBy(path, query, 'offset', String(offset));
  }

  #nextBy(path: string, query: Query, name: string, value: string): Link {
    const parameters = new URLSearchParams();
    const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, values] of sorted) for (const value of values) parameters.append(key, value);
    parameters.set(name, value);
    return { rel: 'next', href: `${this.#base}${path}?${parameters}` };
  }
}
