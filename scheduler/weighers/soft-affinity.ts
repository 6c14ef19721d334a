import type { Weigher } from './weigher.ts';

/** More members of the server group on the host. */
export const softAffinity: Weigher = {
  name: 'softAffinity',
  multiplier: 1,
  weight: ({ serverGroup }) =>
    serverGroup?.policy === 'soft-affinity' ? (view) => view.membersOf(serverGroup.id) : null,
};
