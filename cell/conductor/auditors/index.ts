import type { Auditor } from '#platform/audit/auditor.ts';
import { lateOperations } from '#platform/audit/late-operations.ts';
import { createSightingStore } from '#platform/audit/sighting-store.ts';
import { sighted } from '#platform/audit/sightings.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { ConductorParts } from '../parts.ts';
import { bindings } from './bindings.ts';
import { claims } from './claims.ts';
import { failingHosts } from './failing-hosts.ts';
import { hostLimits } from './host-limits.ts';
import { hostProblems } from './host-problems.ts';
import { hostUsage } from './host-usage.ts';
import { instanceGuests } from './instance-guests.ts';
import { instanceOwners } from './instance-owners.ts';
import { quarantinedInstances } from './quarantined-instances.ts';
import { stuck } from './stuck.ts';
import { unknownGuests } from './unknown-guests.ts';

/** All comparisons of a cell. Claims stand before hosts, because a repair of the first changes what the second counts. */
export const cellAuditors = (parts: ConductorParts): readonly Auditor[] => [
  instanceOwners(parts),
  claims(parts),
  hostUsage(parts),
  hostProblems(parts),
  hostLimits(parts),
  failingHosts(parts),
  bindings(parts),
  instanceGuests(parts),
  stuck(parts),
  unknownGuests(parts),
  quarantinedInstances(parts),
  sighted(createSightingStore(parts.database), ['agent-overreach'], parts.clock),
  lateOperations(createSqlOperationStore(parts.database), parts.clock),
];
