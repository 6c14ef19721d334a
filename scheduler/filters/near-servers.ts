import { DIFFERENT_HOSTS_HINT, SAME_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import type { Filter } from './filter.ts';

/** @param reason why not, of a host that the hint names or does not name. */
const byHostsInHint = (name: string, hint: string, reason: (isNamed: boolean) => string | null): Filter => ({
  name,
  names: ({ schedulerHints }) => namesIn(schedulerHints[hint]) ?? [],
  question: ({ schedulerHints }) => {
    const names = namesIn(schedulerHints[hint]);
    if (names === null) return null;
    return ({ host }) => reason(names.includes(host.name));
  },
});

const namesIn = (value: unknown): readonly string[] | null => (Array.isArray(value) ? value.map(String) : null);

export const sameHost = byHostsInHint('same-host', SAME_HOSTS_HINT, (isNamed) =>
  isNamed ? null : 'the servers of the same_host hint run on other hosts',
);

export const differentHost = byHostsInHint('different-host', DIFFERENT_HOSTS_HINT, (isNamed) =>
  isNamed ? 'a server of the different_host hint runs on it' : null,
);
