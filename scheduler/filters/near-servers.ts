import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT, type SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { Filter } from './filter.ts';

const namesIn = (request: SchedulingRequest, hint: string): readonly string[] | null => {
  const value = request.schedulerHints[hint];
  return Array.isArray(value) ? value.map(String) : null;
};

export const sameHost: Filter = {
  name: 'same-host',
  question: (request) => {
    const names = namesIn(request, SAME_HOSTS_HINT);
    return names === null
      ? null
      : ({ host }) => (names.includes(host.name) ? null : 'the servers of the same_host hint run on other hosts');
  },
};

export const differentHost: Filter = {
  name: 'different-host',
  question: (request) => {
    const names = namesIn(request, DIFFERENT_HOSTS_HINT);
    return names === null
      ? null
      : ({ host }) => (names.includes(host.name) ? 'a server of the different_host hint runs on it' : null);
  },
};
