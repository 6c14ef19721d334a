import type { Weigher } from './weigher.ts';

/** Fewer members of the server group on the host. */
export const softAntiAffinity: Weigher = {
  name: 'softAntiAffinity',
  multiplier: 1,
  weight: ({ serverGroup }) =>
    serverGroup?.policy === 'soft-anti-affinity' ? (view) => -view.membersOf(serverGroup.id) : null,
};
