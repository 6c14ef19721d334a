import type { Filter } from './filter.ts';

/** A disabled cell gets no new instances. Its own instances may still move between its hosts. */
export const cellEnabled: Filter = {
  name: 'cell-enabled',
  question: (request) =>
    request.onlyCellId !== null
      ? null
      : ({ cell }) => (cell.enabled || cell.id === request.sourceCellId ? null : 'its cell is disabled'),
};
