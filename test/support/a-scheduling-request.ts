import { randomUUID } from 'node:crypto';
import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';

/** A request that any host with the capacity may take. */
export const aSchedulingRequest = (rest: Partial<SchedulingRequest> = {}): SchedulingRequest => ({
  instanceUuid: randomUUID(),
  projectId: 'project',
  requestId: 'req-1',
  resources: { vcpus: 1, ramMb: 1_024, diskGb: 10 },
  flavorExtraSpecs: {},
  imageProperties: {},
  availabilityZone: null,
  requestedHost: null,
  serverGroup: null,
  schedulerHints: {},
  ignoreHostIds: [],
  ignoreCellIds: [],
  onlyCellId: null,
  alternates: 3,
  ...rest,
});
