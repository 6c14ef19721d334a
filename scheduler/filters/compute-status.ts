import type { Filter } from './filter.ts';

/** The host's agent must answer, and its service must be enabled. */
export const computeStatus: Filter = {
  name: 'compute-status',
  question:
    () =>
    ({ host }) =>
      !host.up ? 'it is down' : !host.enabled ? 'it is disabled' : null,
};
