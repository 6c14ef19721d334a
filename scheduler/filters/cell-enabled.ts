import type { Filter } from './filter.ts';

/** A disabled cell gets no new instances; what is there may move inside it. */
export const cellEnabled: Filter = {
  name: 'cell-enabled',
  question: (request) =>
    request.onlyCellId !== null ? null : ({ cell }) => (cell.enabled ? null : 'its cell is disabled'),
};
