import type { Filter } from './filter.ts';

/** Together: on a host that has a member, unless there is no member anywhere yet. */
export const serverGroupAffinity: Filter = {
  name: 'server-group-affinity',
  question: ({ serverGroup }, snapshot) => {
    if (serverGroup?.policy !== 'affinity' || !snapshot.groupHasMembers(serverGroup.id)) return null;
    return (view) => (view.membersOf(serverGroup.id) > 0 ? null : 'the server group is on another host');
  },
};
