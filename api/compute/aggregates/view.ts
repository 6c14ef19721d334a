import { type Aggregate, ZONE_KEY } from '#platform/directory/stores/aggregates.ts';
import { naiveTime, naiveTimeOrNull } from '../naive-time.ts';

/** The answer to its creation, which never had hosts and metadata. The uuid is shown since 2.41. */
export const newAggregateView = (aggregate: Aggregate, minor: number): Record<string, unknown> => ({
  id: aggregate.id,
  name: aggregate.name,
  availability_zone: aggregate.metadata[ZONE_KEY] ?? null,
  created_at: naiveTime(aggregate.createdAt),
  updated_at: naiveTimeOrNull(aggregate.updatedAt),
  deleted: false,
  deleted_at: null,
  ...(minor >= 41 ? { uuid: aggregate.uuid } : {}),
});

export const aggregateView = (aggregate: Aggregate, minor: number): Record<string, unknown> => ({
  ...newAggregateView(aggregate, minor),
  hosts: aggregate.hosts,
  metadata: aggregate.metadata,
});
