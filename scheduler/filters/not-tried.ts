import type { Filter } from './filter.ts';

/** Leaves out what was tried already, and the host that an instance is to leave. */
export const notTried: Filter = {
  name: 'not-tried',
  question: (request) => {
    if (request.ignoreHostIds.length + request.ignoreCellIds.length === 0) return null;
    const hosts = new Set(request.ignoreHostIds);
    const cells = new Set(request.ignoreCellIds);
    return ({ host, cell }) =>
      cells.has(cell.id) ? 'its cell did not take it' : hosts.has(host.id) ? 'it was tried and did not take it' : null;
  },
};
