import { deviceRequestsOf } from '../objects/device-request.ts';
import type { InstanceBuild } from '../objects/instance-build.ts';
import { type NetworkNeeds, networkNeedsOf } from '../objects/network-needs.ts';
import { topologyOf } from '../objects/requested-topology.ts';
import { resourcesOf } from '../objects/resources.ts';
import type { SchedulingRequest } from './scheduler.ts';

/** What the scheduler has to know of a build. `rest` says what was tried, or, for a move, the new flavor's part and the cell. */
export function schedulingRequestOf(
  build: InstanceBuild,
  rest: Partial<SchedulingRequest> & Pick<SchedulingRequest, 'alternates'>,
): SchedulingRequest {
  const { flavor, image, serverGroup } = build;
  const topology = topologyOf(flavor, image.properties);
  const devices = deviceRequestsOf(flavor);
  return {
    instanceUuid: build.uuid,
    projectId: build.projectId,
    requestId: build.requestId,
    resources: resourcesOf(flavor, topology),
    ...(topology === null ? {} : { topology }),
    ...(devices.length === 0 ? {} : { devices }),
    flavorExtraSpecs: flavor.extraSpecs,
    imageProperties: image.properties,
    flavorName: flavor.name,
    imageId: image.id,
    availabilityZone: build.availabilityZone,
    requestedHost: build.requestedHost,
    serverGroup:
      serverGroup === null
        ? null
        : { id: serverGroup.id, policy: serverGroup.policy, maxServerPerHost: serverGroup.maxServerPerHost },
    schedulerHints: build.schedulerHints,
    ...inRequest(networkNeedsOf(build.networks, build.ports)),
    ignoreHostIds: [],
    ignoreCellIds: [],
    onlyCellId: null,
    ...rest,
  };
}

const inRequest = ({ segmentTypes, tagsFrames }: NetworkNeeds): Pick<SchedulingRequest, keyof NetworkNeeds> => ({
  segmentTypes: [...segmentTypes],
  ...(tagsFrames ? { tagsFrames } : {}),
});
