import type { Breakage } from './breakage.ts';

/** The lease that every worker takes for its own, by operation. */
const newest = new Map<string, number>();

/** A worker that stood still, and whose operation others have taken over, writes all the same when it wakes up. */
export const fenceIgnored: Breakage = {
  name: 'fence-ignored',
  what: 'progress is written, and a lease extended, without a look at whose the lease is',
  store: (store) => ({
    ...store,
    claim: async (id, owner, now, leaseMs) => {
      const claimed = await store.claim(id, owner, now, leaseMs);
      if (claimed !== null) newest.set(id, claimed.leaseToken);
      return claimed;
    },
    extend: (id, token, expiresAt) => store.extend(id, newest.get(id) ?? token, expiresAt),
    save: (from, progress, options) =>
      store.save({ ...from, leaseToken: newest.get(from.id) ?? from.leaseToken }, progress, options),
  }),
};
