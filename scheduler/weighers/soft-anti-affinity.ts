import type { Weigher } from './weigher.ts';

/** Prefers hosts with fewer members of the server group. */
export const softAntiAffinity: Weigher = {
  name: 'softAntiAffinity',
  multiplier: 1,
  aggregateKey: 'soft_anti_affinity_weight_multiplier',
  weight: ({ serverGroup }) =>
    serverGroup?.policy === 'soft-anti-affinity' ? (view) => -view.membersOf(serverGroup.id) : null,
};
