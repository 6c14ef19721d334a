import { BoundedCache } from './http/bounded-cache.ts';

/** Where an instance lived when it was last looked up; the door says `moved` when that is no longer so. */
export interface HomeAddress {
  readonly cellId: string;
  readonly epoch: number;
  readonly projectId: string;
}

/** The caches of this process. Losing an entry costs a query, never a wrong answer. */
export interface Caches {
  /** By instance uuid. */
  readonly homes: BoundedCache<string, HomeAddress>;
}

export const createCaches = (): Caches => ({ homes: new BoundedCache(100_000) });
