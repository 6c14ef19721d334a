import type { AggregateView } from '../host-view.ts';
import type { Filter } from './filter.ts';

/** A host in an aggregate with `filter_tenant_id…` accepts only servers of those projects. */
export const aggregateTenantIsolation: Filter = {
  name: 'aggregate-tenant-isolation',
  question:
    ({ projectId }) =>
    ({ aggregates }) => {
      if (aggregates.length === 0) return null;
      const projects = aggregates.flatMap(projectsOf);
      return projects.length === 0 || projects.includes(projectId) ? null : 'it is reserved for other projects';
    },
};

const projectsOf = ({ metadata }: AggregateView): readonly string[] =>
  Object.entries(metadata).flatMap(([key, value]) =>
    key.startsWith('filter_tenant_id') ? value.split(',').map((part) => part.trim()) : [],
  );
