import type { Filter } from './filter.ts';

/** Excludes a host whose agent says that it cannot work. An older cell does not tell. */
export const hostProblem: Filter = {
  name: 'host-problem',
  question:
    () =>
    ({ host: { problem } }) =>
      problem == null ? null : `it has a problem: ${problem}`,
};
