import type { Weigher } from './weigher.ts';

/** Prefers hosts with more members of the server group. */
export const softAffinity: Weigher = {
  name: 'softAffinity',
  multiplier: 1,
  aggregateKey: 'soft_affinity_weight_multiplier',
  weight: ({ serverGroup }) =>
    serverGroup?.policy === 'soft-affinity' ? (view) => view.membersOf(serverGroup.id) : null,
};
