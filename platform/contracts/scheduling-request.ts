import type { InstanceBuild } from '../objects/instance-build.ts';
import { type NetworkNeeds, networkNeedsOf } from '../objects/network-needs.ts';
import { resourcesOf } from '../objects/resources.ts';
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
  flavorName: build.flavor.name,
  imageId: build.image.id,
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
  ...inRequest(networkNeedsOf(build.networks, build.ports)),
  ignoreHostIds: [],
  ignoreCellIds: [],
  onlyCellId: null,
  ...rest,
});

const inRequest = ({ segmentTypes, tagsFrames }: NetworkNeeds): Pick<SchedulingRequest, keyof NetworkNeeds> => ({
  segmentTypes: [...segmentTypes],
  ...(tagsFrames ? { tagsFrames } : {}),
});
