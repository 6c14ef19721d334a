import { randomUUID } from 'node:crypto';
import { readAlike } from '#platform/batching/read-together.ts';
import { ROUTE_BUILD } from '#platform/contracts/global-operations.ts';
import type { Directory, DirectoryReader } from '#platform/directory/directory.ts';
import { type FlavorViewer, getFlavor } from '#platform/directory/stores/flavors.ts';
import { findImage } from '#platform/directory/stores/images.ts';
import { getServerGroup } from '#platform/directory/stores/server-groups.ts';
import {
  type NetworkUser,
  type RequestedNetworks,
  type ResolvedEntry,
  resolveNetworks,
} from '#platform/directory/stores/server-networks.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import { requestedTopology } from '#platform/objects/requested-topology.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../../deps.ts';
import { isTrue } from '../../../http/parameter-types.ts';
import { allows, authorize } from '../../../http/policy.ts';
import type { RequestContext } from '../../../http/request-context.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import {
  ATTACH_EXTERNAL_NETWORK,
  CREATE_ON_NETWORKS,
  CREATE_WITH_CERTIFICATES,
  CREATE_WITH_VOLUMES,
} from '../policy.ts';
import type { Accept, AcceptRequest, Template } from './accept.ts';
import { bootImage } from './boot-image.ts';
import { checkLimits } from './check-limits.ts';
import { createOnce } from './create-once.ts';
import { withDeviceAliases } from './device-aliases.ts';
import { devicesWithFlavor, requestedDevices } from './devices/requested-devices.ts';
import { keyPairOf } from './key-pair-of.ts';
import { mustHaveKnownHardware } from './known-hardware.ts';
import { injectedFiles } from './personality.ts';
import { newReservationId } from './random-texts.ts';
import { requestedHints } from './requested-hints.ts';
import { requestedNetworks } from './requested-networks.ts';
import { requestedZoneOrHost } from './requested-zone-or-host.ts';
import type { CreateServerBody } from './schema.ts';
import { mustNotBeSigned } from './signed-image.ts';
import { checkWholeRequest } from './whole-request.ts';

const SINCE = since({ description: 19 });

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'waker' | 'imageTickets' | 'config' | 'clock'> & {
  readonly accept: Accept;
};

/**
 * Accepts servers. One transaction commits quota, ports, homes and the operations that place the servers, or nothing. A lost wake-up only delays
 * the start. Repeating the request with the same `Idempotency-Key` creates no further servers.
 * @returns the builds, at least `min_count` of them.
 */
export async function createServers(
  deps: Deps,
  request: ApiRequest<CreateServerBody>,
): Promise<readonly InstanceBuild[]> {
  const { body, caller, headers } = request;
  const { minCount, maxCount } = counts(body.server);
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') {
    const uuids = Array.from({ length: maxCount }, () => randomUUID());
    return make(deps, request, { uuids, minCount, alone: false });
  }
  const { projectId, userId } = caller;
  return createOnce(deps, { projectId, userId, key, body, maxCount }, (uuids) =>
    make(deps, request, { uuids, minCount, alone: true }),
  );
}

async function make(
  deps: Deps,
  request: ApiRequest<CreateServerBody>,
  requested: Pick<AcceptRequest, 'uuids' | 'minCount' | 'alone'>,
): Promise<readonly InstanceBuild[]> {
  const { server } = request.body;
  // Parse this before the look-ups start: an exception between them would leave promises that nobody awaits.
  const networks = requestedNetworks(server.networks, requested.uuids.length > 1);
  const { caller } = request;
  if (networks !== 'default') authorize(CREATE_ON_NETWORKS, caller);
  const { projectId, isAdmin } = caller;
  const user = { projectId, isAdmin, attachesExternal: allows(ATTACH_EXTERNAL_NETWORK, caller) };
  const [template, entries] = await Promise.all([
    buildTemplate(deps, request),
    resolveAlike(deps.directory.read, { user, networks }),
  ]);
  const whole = { ...template, networks: networksOf(entries) };
  checkWholeRequest(whole, entries, requested.uuids.length);
  const { builds, operations } = await deps.accept({
    template: whole,
    name: server.name.trim(),
    hostname: server.hostname,
    entries,
    securityGroupNames: (server.security_groups ?? []).flatMap(({ name }) => name ?? []),
    ...requested,
  });
  void deps.waker.wake(ROUTE_BUILD.queue, operations);
  return builds;
}

/** Those who plug servers into the same networks at the same moment share the look-up. */
const resolveAlike = readAlike(
  (read: DirectoryReader, { user, networks }: { readonly user: NetworkUser; readonly networks: RequestedNetworks }) =>
    resolveNetworks(read, user, networks),
  (question) => JSON.stringify(question),
);

const flavorAlike = readAlike(
  (read: DirectoryReader, { id, viewer }: { readonly id: string; readonly viewer: FlavorViewer }) =>
    getFlavor(read, id, viewer),
  (question) => JSON.stringify(question),
);

/** The maximum length of a server's name. */
const MAX_CHARACTERS = 255;

function counts(server: CreateServerBody['server']): { minCount: number; maxCount: number } {
  const minCount = Number(server.min_count ?? 1);
  const maxCount = Number(server.max_count ?? minCount);
  if (minCount > maxCount) throw invalid(`min_count must be <= max_count. They are ${minCount} and ${maxCount}.`);
  if (maxCount > 1 && server.hostname !== undefined) {
    throw invalid('A hostname can only be given to a single server. Leave out hostname, or set max_count to 1.');
  }
  if (maxCount > 1 && [...`${server.name.trim()}-${maxCount}`].length > MAX_CHARACTERS) {
    throw invalid(
      'Invalid input for field/attribute name. It is too long after the number of each server is appended.',
    );
  }
  return { minCount, maxCount };
}

async function buildTemplate(deps: Deps, request: ApiRequest<CreateServerBody>): Promise<Template> {
  const { caller, body, requestId } = request;
  const { server } = body;
  const hints = requestedHints(body);
  if (hasMappings(server)) authorize(CREATE_WITH_VOLUMES, caller);
  if (server.trusted_image_certificates != null) authorize(CREATE_WITH_CERTIFICATES, caller);
  const { imageId, devices } = requestedDevices(server);
  const [flavor, keyPair, destination, serverGroup, imageRow] = await Promise.all([
    flavorOf(deps.directory, caller, String(server.flavorRef)),
    keyPairOf(deps.directory, caller.userId, server.key_name),
    requestedZoneOrHost(deps, request),
    groupOf(deps.directory, caller, hints.group),
    findImage(deps.directory.read, imageId),
    checkLimits(deps.directory, caller, server),
  ]);
  const image = await bootImage(deps, caller, imageId, imageRow, flavor);
  mustHaveKnownHardware(image);
  requestedTopology(flavor, image.properties);
  const flavorWithDevices = withDeviceAliases(flavor, image, deps.config.pciAliases);
  mustNotBeSigned(image, server.trusted_image_certificates);
  mustAllowDiskConfig(image, server['OS-DCF:diskConfig']);
  return {
    projectId: caller.projectId,
    userId: caller.userId,
    // Before requests could have a description, the name served as description (nova/compute/api.py).
    description: SINCE.description(request.version) ? (server.description ?? null) : server.name,
    flavor: flavorWithDevices,
    image,
    keyPair,
    userData: server.user_data ?? null,
    ...injectedFiles(server.personality),
    ...(devices === undefined ? {} : { blockDevices: [...devicesWithFlavor(devices, flavor)] }),
    metadata: { ...server.metadata },
    tags: [...(server.tags ?? [])],
    configDrive: isTrue(server.config_drive) || image.properties.img_config_drive === 'mandatory',
    accessIpV4: canonicalIp(server.accessIPv4 ?? ''),
    accessIpV6: canonicalIp(server.accessIPv6 ?? ''),
    diskConfig: server['OS-DCF:diskConfig'] ?? (isTrue(image.properties.auto_disk_config) ? 'AUTO' : 'MANUAL'),
    ...destination,
    trustedImageCertificates: server.trusted_image_certificates == null ? null : [...server.trusted_image_certificates],
    reservationId: newReservationId(),
    schedulerHints: { ...hints },
    serverGroup,
    networks: [],
    createdAt: timestamp(deps.clock.now()),
    requestId,
  };
}

/** @throws VolvoxError invalid, in Nova's words. */
function mustAllowDiskConfig({ id, properties }: Image, diskConfig: 'AUTO' | 'MANUAL' | undefined): void {
  if (diskConfig !== 'AUTO' || properties.auto_disk_config !== 'disabled') return;
  throw invalid(`Requested image ${id} has automatic disk resize disabled.`);
}

const hasMappings = (server: CreateServerBody['server']): boolean =>
  (server.block_device_mapping ?? []).length > 0 || (server.block_device_mapping_v2 ?? []).length > 0;

async function flavorOf(directory: Directory, caller: RequestContext, reference: string) {
  const id = reference.split('/').at(-1) ?? reference;
  const { projectId, isAdmin } = caller;
  const found = await flavorAlike(directory.read, { id, viewer: { projectId, isAdmin } }).catch(asInvalid);
  if (found.disabled) throw invalid(`Flavor ${id} could not be found.`);
  const { createdAt: _created, updatedAt: _updated, ...flavor } = found;
  return flavor;
}

async function groupOf(directory: Directory, caller: RequestContext, hint: unknown) {
  if (typeof hint !== 'string') return null;
  const group = await getServerGroup(directory.read, hint, caller.projectId).catch(asInvalid);
  return { id: group.uuid, name: group.name, policy: group.policy, maxServerPerHost: group.maxServerPerHost ?? 1 };
}

const networksOf = (entries: readonly ResolvedEntry[]): InstanceBuild['networks'] => [
  ...new Map(entries.map(({ network }) => [network.id, network])).values(),
];

/** A create request that names something that does not exist is invalid (400), not 404. */
function asInvalid(error: unknown): never {
  throw isVolvoxError(error, 'not-found') ? invalid(error.message) : error;
}
const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
