import type { Filter } from './filter.ts';

/** The host's agent answers and its service is enabled. */
export const computeStatus: Filter = {
  name: 'compute-status',
  question:
    () =>
    ({ host }) =>
      !host.up ? 'it is down' : !host.enabled ? 'it is disabled' : null,
};
