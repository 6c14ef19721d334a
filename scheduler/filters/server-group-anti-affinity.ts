import type { Filter } from './filter.ts';

/** Apart: fewer members on the host than the group's `max_server_per_host`. */
export const serverGroupAntiAffinity: Filter = {
  name: 'server-group-anti-affinity',
  question: ({ serverGroup }) =>
    serverGroup?.policy !== 'anti-affinity'
      ? null
      : (view) =>
          view.membersOf(serverGroup.id) < Math.max(1, serverGroup.maxServerPerHost)
            ? null
            : 'it has as many of the server group as it may',
};
