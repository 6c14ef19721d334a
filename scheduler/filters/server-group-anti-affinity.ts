import type { Filter } from './filter.ts';

/** The host must have fewer members of the group than `max_server_per_host`. */
export const serverGroupAntiAffinity: Filter = {
  name: 'server-group-anti-affinity',
  question: ({ serverGroup }) =>
    serverGroup?.policy !== 'anti-affinity'
      ? null
      : (view) =>
          view.membersOf(serverGroup.id) < Math.max(1, serverGroup.maxServerPerHost)
            ? null
            : 'it has the maximum number of members of the server group',
};
