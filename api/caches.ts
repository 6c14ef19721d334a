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
  /** What a server of a list's last page had, as pages count it, by project; a longer key is of lists with more of each server. */
  readonly serverSizes: BoundedCache<string, number>;
}

/** A cell from which a server has moved, and which is in the wrong hands, may say no longer than this that it still has it, ms. */
const HOME_AGE_MS = 30_000;

/** @param now ms, of a clock that never steps. */
export const createCaches = (now = () => performance.now()): Caches => ({
  homes: new BoundedCache(100_000, { maxAgeMs: HOME_AGE_MS, now }),
  serverSizes: new BoundedCache(10_000),
});
