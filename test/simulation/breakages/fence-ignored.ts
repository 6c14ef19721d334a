import type { Breakage } from './breakage.ts';

/** A worker that stood still, and whose operation others have taken over, writes all the same when it wakes up. */
export const fenceIgnored: Breakage = {
  name: 'fence-ignored',
  what: 'the store does not look at the lease token, state and step that a worker names',
  store: (store) => ({
    ...store,
    claim: (id, owner, now, leaseMs) => store.claim(id, owner, now, leaseMs),
    save: async (from, progress, options = {}) => {
      const { signals: _signals, ...rest } = options;
      const now = await store.get(from.id);
      return store.save(now === null || rest.tx !== undefined ? from : { ...now }, progress, rest);
    },
  }),
};
