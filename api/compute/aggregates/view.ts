import { type Aggregate, ZONE_KEY } from '#platform/directory/stores/aggregates.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import { naiveTime, naiveTimeOrNull } from '../naive-time.ts';

const SINCE = since({ uuid: 41 });

/** The answer to its creation, which never had hosts and metadata. The uuid is shown since 2.41. */
export const newAggregateView = (aggregate: Aggregate, version: Microversion): Record<string, unknown> => ({
  id: aggregate.id,
  name: aggregate.name,
  availability_zone: aggregate.metadata[ZONE_KEY] ?? null,
  created_at: naiveTime(aggregate.createdAt),
  updated_at: naiveTimeOrNull(aggregate.updatedAt),
  deleted: false,
  deleted_at: null,
  ...(SINCE.uuid(version) ? { uuid: aggregate.uuid } : {}),
});

export const aggregateView = (aggregate: Aggregate, version: Microversion): Record<string, unknown> => ({
  ...newAggregateView(aggregate, version),
  hosts: aggregate.hosts,
  metadata: aggregate.metadata,
});
