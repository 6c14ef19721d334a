import type { Filter } from './filter.ts';

/** Excludes the hosts and cells that were tried already, and the host that the instance must leave. */
export const notTried: Filter = {
  name: 'not-tried',
  names: ({ ignoreHostIds }) => ignoreHostIds,
  question: (request) => {
    if (request.ignoreHostIds.length + request.ignoreCellIds.length === 0) return null;
    const hosts = new Set(request.ignoreHostIds);
    const cells = new Set(request.ignoreCellIds);
    return ({ host, cell }) =>
      cells.has(cell.id)
        ? 'its cell refused the server'
        : hosts.has(host.id)
          ? 'it was tried and refused the server'
          : null;
  },
};
