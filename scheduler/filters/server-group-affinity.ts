import type { Filter } from './filter.ts';

/** The host must have a member of the group, unless the group has no members yet. */
export const serverGroupAffinity: Filter = {
  name: 'server-group-affinity',
  question: ({ serverGroup }, groups) => {
    if (serverGroup?.policy !== 'affinity' || !groups.groupHasMembers(serverGroup.id)) return null;
    return (view) => (view.membersOf(serverGroup.id) > 0 ? null : 'the server group runs on another host');
  },
};
