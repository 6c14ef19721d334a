import type { InstanceBuild } from '../objects/instance-build.ts';
import { resourcesOf } from '../objects/resources.ts';
import { networksOfPorts, segmentTypesOf } from '../objects/segment-types.ts';
import type { SchedulingRequest } from './scheduler.ts';

/** What the scheduler has to know of a build. `rest` says what was tried, or, for a move, the new flavor's part and the cell. */
export const schedulingRequestOf = (
  build: InstanceBuild,
  rest: Partial<SchedulingRequest> & Pick<SchedulingRequest, 'alternates'>,
): SchedulingRequest => ({
  instanceUuid: build.uuid,
  projectId: build.projectId,
  requestId: build.requestId,
  resources: resourcesOf(build.flavor),
  flavorExtraSpecs: build.flavor.extraSpecs,
  imageProperties: build.image.properties,
  availabilityZone: build.availabilityZone,
  requestedHost: build.requestedHost,
  serverGroup:
    build.serverGroup === null
      ? null
      : {
          id: build.serverGroup.id,
          policy: build.serverGroup.policy,
          maxServerPerHost: build.serverGroup.maxServerPerHost,
        },
  schedulerHints: build.schedulerHints,
  segmentTypes: [...segmentTypesOf(networksOfPorts(build.networks, build.ports))],
  ignoreHostIds: [],
  ignoreCellIds: [],
  onlyCellId: null,
  ...rest,
});
