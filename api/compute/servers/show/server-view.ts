import { createHash } from 'node:crypto';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Fault, Instance } from '#platform/objects/instance.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { serverStatus } from '#platform/states/server-status.ts';
import { BoundedCache } from '../../../http/bounded-cache.ts';
import type { Link } from '../../../http/links.ts';
import type { Microversion } from '../../../http/microversion.ts';
import { allows } from '../../../http/policy.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { naiveTimeOrNull } from '../../naive-time.ts';
import { EXTENDED_ATTRIBUTES, SHOW_EXTRA_SPECS, SHOW_HOST_STATUS, SHOW_UNKNOWN_HOST_STATUS } from '../policy.ts';
import { addresses, extendedAddresses } from './addresses.ts';

/** What came into the view of a server (schema.ts has the same steps). */
const SINCE = since({
  moreAttributes: 3,
  locked: 9,
  hostStatus: 16,
  description: 19,
  tags: 26,
  embeddedFlavor: 47,
  certificates: 63,
  lockedReason: 73,
  hostname: 90,
  pinnedZone: 96,
  imageProperties: 98,
  schedulerHints: 100,
});

/** Who looks, through which microversion. */
export type Viewer = Pick<ApiRequest, 'version' | 'caller' | 'links'>;

const PROGRESS_STATUSES = ['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'];
const FAULT_STATUSES = ['ERROR', 'DELETED'];
/** Where guests see their first disk. */
/** As guests with Linux call it. */
const rootDevice = ({ blockDevices = [] }: Instance): string => {
  const bus = blockDevices.find(({ kind }) => kind === 'root')?.bus ?? 'virtio';
  return bus === 'virtio' ? '/dev/vda' : '/dev/sda';
};

/** A server in `GET /servers`. */
export const briefServer = (instance: Pick<Instance, 'uuid' | 'name'>, viewer: Viewer) => ({
  id: instance.uuid,
  name: instance.name,
  links: viewer.links.both('servers', instance.uuid),
});

/** A server in answers to PUT before 2.75: without what extensions added. */
export const plainServer = (instance: Instance, viewer: Viewer): Record<string, unknown> =>
  plainMembers(instance, viewer, addresses(instance));

/** Member by member: a page has a thousand of these. */
function plainMembers(instance: Instance, viewer: Viewer, shownAddresses: unknown): Record<string, unknown> {
  const { version } = viewer;
  const status = serverStatus(instance.vmState, instance.taskState);
  const view: Record<string, unknown> = {
    id: instance.uuid,
    name: instance.name,
    links: viewer.links.both('servers', instance.uuid),
    status,
    tenant_id: instance.projectId,
    user_id: instance.userId,
    metadata: instance.metadata,
    hostId: hostId(instance.projectId, instance.host),
    image: imageView(instance, viewer),
    flavor: flavorView(instance.flavor, viewer),
    created: secondsTime(instance.createdAt),
    updated: secondsTime(instance.updatedAt),
    addresses: shownAddresses,
    accessIPv4: instance.accessIpV4 ?? '',
    accessIPv6: instance.accessIpV6 ?? '',
    'OS-DCF:diskConfig': instance.diskConfig,
  };
  if (PROGRESS_STATUSES.includes(status)) view.progress = instance.progress;
  if (FAULT_STATUSES.includes(status) && instance.fault !== null) view.fault = faultView(instance.fault, viewer);
  if (SINCE.locked(version)) view.locked = instance.lockedBy !== null;
  if (SINCE.description(version)) view.description = instance.description;
  if (SINCE.tags(version)) view.tags = instance.tags;
  if (SINCE.certificates(version)) view.trusted_image_certificates = instance.trustedImageCertificates ?? null;
  if (SINCE.lockedReason(version)) view.locked_reason = instance.lockReason;
  return view;
}

/** A server in show, detail, and in answers to PUT from 2.75. */
export function detailedServer(instance: Instance, viewer: Viewer): Record<string, unknown> {
  const { version } = viewer;
  const view = plainMembers(instance, viewer, extendedAddresses(instance));
  view.config_drive = instance.configDrive ? 'True' : '';
  view.key_name = instance.keyPair?.name ?? null;
  view.security_groups = instance.securityGroups.map(({ name }) => ({ name }));
  view['OS-SRV-USG:launched_at'] = naiveTimeOrNull(instance.launchedAt);
  view['OS-SRV-USG:terminated_at'] = naiveTimeOrNull(instance.terminatedAt);
  view['OS-EXT-STS:task_state'] = instance.taskState;
  view['OS-EXT-STS:vm_state'] = instance.vmState;
  view['OS-EXT-STS:power_state'] = POWER_STATE[instance.powerState];
  view['OS-EXT-AZ:availability_zone'] = instance.zone ?? instance.availabilityZone ?? '';
  view['os-extended-volumes:volumes_attached'] = [];
  if (allows(EXTENDED_ATTRIBUTES, viewer.caller, { projectId: instance.projectId }))
    addExtendedAttributes(view, instance, version);
  if (SINCE.hostname(version)) view['OS-EXT-SRV-ATTR:hostname'] = instance.hostname;
  if (SINCE.hostStatus(version) && seesHostStatus(viewer.caller, instance)) view.host_status = instance.hostStatus;
  if (SINCE.pinnedZone(version)) view.pinned_availability_zone = instance.availabilityZone;
  if (SINCE.schedulerHints(version)) view.scheduler_hints = hintsView(instance.schedulerHints);
  return view;
}

const seesHostStatus = (caller: Viewer['caller'], { hostStatus }: Instance): boolean =>
  allows(SHOW_HOST_STATUS, caller) || (hostStatus === 'UNKNOWN' && allows(SHOW_UNKNOWN_HOST_STATUS, caller));

/** Whether full views of servers have user data in them. */
export const showsUserData = ({ version, caller }: Pick<Viewer, 'version' | 'caller'>): boolean =>
  SINCE.moreAttributes(version) && allows(EXTENDED_ATTRIBUTES, caller);

function addExtendedAttributes(view: Record<string, unknown>, instance: Instance, version: Microversion): void {
  view['OS-EXT-SRV-ATTR:host'] = instance.host;
  view['OS-EXT-SRV-ATTR:hypervisor_hostname'] = instance.node;
  view['OS-EXT-SRV-ATTR:instance_name'] = instance.instanceName;
  if (!SINCE.moreAttributes(version)) return;
  view['OS-EXT-SRV-ATTR:reservation_id'] = instance.reservationId;
  view['OS-EXT-SRV-ATTR:launch_index'] = instance.launchIndex;
  view['OS-EXT-SRV-ATTR:hostname'] = instance.hostname;
  const { kernel, ramdisk } = kernelOf(instance.image.properties);
  view['OS-EXT-SRV-ATTR:kernel_id'] = kernel;
  view['OS-EXT-SRV-ATTR:ramdisk_id'] = ramdisk;
  view['OS-EXT-SRV-ATTR:root_device_name'] = rootDevice(instance);
  view['OS-EXT-SRV-ATTR:user_data'] = instance.userData;
}

/** Images say `nokernel` when they boot from their own disk. */
function kernelOf({ kernel_id: kernel = '', ramdisk_id: ramdisk = '' }: Instance['image']['properties']) {
  return kernel === 'nokernel' ? { kernel: '', ramdisk: '' } : { kernel, ramdisk };
}

/** Shows whether two servers are on the same host, without naming the host. */
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
const secondsTime = (iso: string): string => `${iso.slice(0, 19)}Z`;

function flavorView(flavor: Flavor, viewer: Viewer): unknown {
  if (!SINCE.embeddedFlavor(viewer.version)) {
    return { id: flavor.id, links: [viewer.links.bookmark('flavors', flavor.id)] };
  }
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

function imageView({ image }: Pick<Instance, 'image'>, viewer: Viewer): unknown {
  const links: readonly Link[] = [viewer.links.bookmark('images', image.id)];
  return {
    id: image.id,
    links,
    ...(SINCE.imageProperties(viewer.version) ? { properties: inherited(image.properties) } : {}),
  };
}

/** A server's own members say its kernel and its RAM disk. */
function inherited({ kernel_id: _kernel, ramdisk_id: _ramdisk, ...rest }: Instance['image']['properties']) {
  return rest;
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
