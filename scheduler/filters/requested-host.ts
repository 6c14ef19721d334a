import type { Filter } from './filter.ts';

/** Only the host that the request names, by host name or node name, passes. */
export const requestedHost: Filter = {
  name: 'requested-host',
  names: ({ requestedHost: name }) => (name === null ? [] : [name]),
  question: ({ requestedHost: name }) =>
    name === null
      ? null
      : ({ host }) => (host.name === name || host.node === name ? null : 'the request names another host'),
};
