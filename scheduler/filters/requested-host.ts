import type { Filter } from './filter.ts';

/** The host, or its node, that was asked for by name. */
export const requestedHost: Filter = {
  name: 'requested-host',
  question: ({ requestedHost: name }) =>
    name === null
      ? null
      : ({ host }) => (host.name === name || host.node === name ? null : 'another one was asked for'),
};
