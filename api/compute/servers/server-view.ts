import { createHash } from 'node:crypto';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Fault, Instance } from '#platform/objects/instance.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { serverStatus } from '#platform/states/server-status.ts';
import { BoundedCache } from '../../http/bounded-cache.ts';
import type { Link } from '../../http/links.ts';
import { allows } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { naiveTimeOrNull } from '../naive-time.ts';
import { addresses, extendedAddresses } from './addresses.ts';
import { EXTENDED_ATTRIBUTES, SHOW_EXTRA_SPECS, SHOW_HOST_STATUS } from './policy.ts';

/** Who looks, through which microversion. */
export type Viewer = Pick<ApiRequest, 'version' | 'caller' | 'links'>;

const PROGRESS_STATUSES = ['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'];
const FAULT_STATUSES = ['ERROR', 'DELETED'];
/** Where guests see their first disk. */
const ROOT_DEVICE = '/dev/vda';

/** A server in `GET /servers`. */
export const briefServer = (instance: Pick<Instance, 'uuid' | 'name'>, viewer: Viewer) => ({
  id: instance.uuid,
  name: instance.name,
  links: viewer.links.both('servers', instance.uuid),
});

/** A server in answers to PUT before 2.75: without what extensions added. */
export function plainServer(instance: Instance, viewer: Viewer): Record<string, unknown> {
  const { minor } = viewer.version;
  const status = serverStatus(instance.vmState, instance.taskState);
  return {
    ...briefServer(instance, viewer),
    status,
    tenant_id: instance.projectId,
    user_id: instance.userId,
    metadata: instance.metadata,
    hostId: hostId(instance.projectId, instance.host),
    image: imageView(instance, viewer),
    flavor: flavorView(instance.flavor, viewer),
    created: secondsTime(instance.createdAt),
    updated: secondsTime(instance.updatedAt),
    addresses: addresses(instance),
    accessIPv4: instance.accessIpV4 ?? '',
    accessIPv6: instance.accessIpV6 ?? '',
    'OS-DCF:diskConfig': instance.diskConfig,
    ...(PROGRESS_STATUSES.includes(status) ? { progress: instance.progress } : {}),
    ...(FAULT_STATUSES.includes(status) && instance.fault !== null ? { fault: faultView(instance.fault, viewer) } : {}),
    ...(minor >= 9 ? { locked: instance.lockedBy !== null } : {}),
    ...(minor >= 19 ? { description: instance.description } : {}),
    ...(minor >= 26 ? { tags: instance.tags } : {}),
    ...(minor >= 63 ? { trusted_image_certificates: instance.trustedImageCertificates ?? null } : {}),
    ...(minor >= 73 ? { locked_reason: instance.lockReason } : {}),
  };
}

/** A server in show, detail, and in answers to PUT from 2.75. */
export function detailedServer(instance: Instance, viewer: Viewer): Record<string, unknown> {
  const { minor } = viewer.version;
  return {
    ...plainServer(instance, viewer),
    addresses: extendedAddresses(instance),
    config_drive: instance.configDrive ? 'True' : '',
    key_name: instance.keyPair?.name ?? null,
    security_groups: instance.securityGroups.map(({ name }) => ({ name })),
    'OS-SRV-USG:launched_at': naiveTimeOrNull(instance.launchedAt),
    'OS-SRV-USG:terminated_at': naiveTimeOrNull(instance.terminatedAt),
    'OS-EXT-STS:task_state': instance.taskState,
    'OS-EXT-STS:vm_state': instance.vmState,
    'OS-EXT-STS:power_state': POWER_STATE[instance.powerState],
    'OS-EXT-AZ:availability_zone': instance.zone ?? instance.availabilityZone ?? '',
    'os-extended-volumes:volumes_attached': [],
    ...(allows(EXTENDED_ATTRIBUTES, viewer.caller, { projectId: instance.projectId })
      ? extendedAttributes(instance, minor)
      : {}),
    ...(minor >= 90 ? { 'OS-EXT-SRV-ATTR:hostname': instance.hostname } : {}),
    ...(minor >= 16 && allows(SHOW_HOST_STATUS, viewer.caller) ? { host_status: instance.hostStatus } : {}),
    ...(minor >= 96 ? { pinned_availability_zone: instance.availabilityZone } : {}),
    ...(minor >= 100 ? { scheduler_hints: hintsView(instance.schedulerHints) } : {}),
  };
}

/** Whether full views of servers have user data in them. */
export const showsUserData = ({ version, caller }: Pick<Viewer, 'version' | 'caller'>): boolean =>
  version.minor >= 3 && allows(EXTENDED_ATTRIBUTES, caller);

function extendedAttributes(instance: Instance, minor: number): Record<string, unknown> {
  return {
    'OS-EXT-SRV-ATTR:host': instance.host,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': instance.node,
    'OS-EXT-SRV-ATTR:instance_name': instance.instanceName,
    ...(minor >= 3
      ? {
          'OS-EXT-SRV-ATTR:reservation_id': instance.reservationId,
          'OS-EXT-SRV-ATTR:launch_index': instance.launchIndex,
          'OS-EXT-SRV-ATTR:hostname': instance.hostname,
          'OS-EXT-SRV-ATTR:kernel_id': instance.image.properties.kernel_id ?? '',
          'OS-EXT-SRV-ATTR:ramdisk_id': instance.image.properties.ramdisk_id ?? '',
          'OS-EXT-SRV-ATTR:root_device_name': ROOT_DEVICE,
          'OS-EXT-SRV-ATTR:user_data': instance.userData,
        }
      : {}),
  };
}

/** Says whether two servers are on one host, without saying which. */
export function hostId(projectId: string, host: string | null): string {
  if (host === null) return '';
  const key = projectId + host;
  const known = HOST_IDS.get(key);
  if (known !== undefined) return known;
  const id = createHash('sha224').update(key).digest('hex');
  HOST_IDS.set(key, id);
  return id;
}

/** A list shows the same few again and again. */
const HOST_IDS = new BoundedCache<string, string>(10_000);

/** `2026-01-31T12:00:00Z` */
export const secondsTime = (iso: string): string => `${iso.slice(0, 19)}Z`;

export function flavorView(flavor: Flavor, viewer: Viewer): unknown {
  if (viewer.version.minor < 47) return { id: flavor.id, links: [viewer.links.bookmark('flavors', flavor.id)] };
  return {
    original_name: flavor.name,
    vcpus: flavor.vcpus,
    ram: flavor.ramMb,
    disk: flavor.diskGb,
    ephemeral: flavor.ephemeralGb,
    swap: flavor.swapMb,
    ...(allows(SHOW_EXTRA_SPECS, viewer.caller) ? { extra_specs: flavor.extraSpecs } : {}),
  };
}

export function imageView({ image }: Pick<Instance, 'image'>, viewer: Viewer): unknown {
  const links: readonly Link[] = [viewer.links.bookmark('images', image.id)];
  return { id: image.id, links, ...(viewer.version.minor >= 98 ? { properties: image.properties } : {}) };
}

function faultView(fault: Fault, viewer: Viewer): unknown {
  const showDetails = fault.details !== null && (viewer.caller.isAdmin || fault.code !== 500);
  return {
    code: fault.code,
    created: secondsTime(fault.createdAt),
    message: fault.message,
    ...(showDetails ? { details: fault.details } : {}),
  };
}

/** A hint that was given as one value shows as a list of one. */
const hintsView = (hints: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(hints).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));
