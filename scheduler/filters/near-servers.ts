import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Filter } from './filter.ts';

/**
 * The hints `same_host` and `different_host` name servers; who asks puts the names of those servers' hosts into these two, because the
 * scheduler knows hosts and not servers. A server that has no host is not in them.
 */
export const SAME_HOSTS_HINT = '_same_host_names';
export const DIFFERENT_HOSTS_HINT = '_different_host_names';

const namesIn = (request: SchedulingRequest, hint: string): readonly string[] | null => {
  const value = request.schedulerHints[hint];
  return Array.isArray(value) ? value.map(String) : null;
};

export const sameHost: Filter = {
  name: 'same-host',
  question: (request) => {
    const names = namesIn(request, SAME_HOSTS_HINT);
    return names === null ? null : ({ host }) => (names.includes(host.name) ? null : 'the named servers are elsewhere');
  },
};

export const differentHost: Filter = {
  name: 'different-host',
  question: (request) => {
    const names = namesIn(request, DIFFERENT_HOSTS_HINT);
    return names === null ? null : ({ host }) => (names.includes(host.name) ? 'a named server is on it' : null);
  },
};
