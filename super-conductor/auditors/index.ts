import type { Auditor } from '#platform/audit/auditor.ts';
import { lateOperations } from '#platform/audit/late-operations.ts';
import { createSightingStore } from '#platform/audit/sighting-store.ts';
import { sighted } from '#platform/audit/sightings.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { GlobalDeps } from '../deps.ts';
import { freeAddresses } from './free-addresses.ts';
import { homes } from './homes.ts';
import { leftByServers } from './left-by-servers.ts';
import { moves } from './moves.ts';
import { orphanedPlacements } from './orphaned-placements.ts';
import { quotaUsage } from './quota-usage.ts';
import { reservations } from './reservations.ts';

type Deps = Pick<GlobalDeps, 'directory' | 'cells' | 'clock'>;

/** Everything that the global tier compares. */
export const directoryAuditors = (deps: Deps, log: Logger): readonly Auditor[] => [
  quotaUsage(deps),
  leftByServers(deps),
  freeAddresses(deps),
  homes(deps, log),
  moves(deps),
  orphanedPlacements(deps),
  reservations(deps),
  lateOperations(createSqlOperationStore(deps.directory), deps.clock),
  sighted(createSightingStore(deps.directory), ['cell-contradicts'], deps.clock),
];
