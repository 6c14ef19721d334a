import type { GuestMetadata, InstanceMetadata } from '#platform/contracts/agent.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { blockDeviceNames, hasTaggedDevices, taggedDevices } from '#platform/objects/tagged-devices.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { instanceOfGuest, movedCardsOf } from '../../database/stores/guests.ts';
import { findInstance, type InstanceRow } from '../../database/stores/instances.ts';
import { instanceAt } from '../../database/stores/port-bindings.ts';
import { guestSpec, portsWithNetwork } from '../operations/guests.ts';
import type { ConductorParts } from '../parts.ts';
import { noteOverreach, noteSharedKey } from './overreach.ts';
import { vendorData } from './vendor-data.ts';

/**
 * The metadata of the instance whose guest has this address on a host of the agent. `agentId` null: on a host whose network agent never had a
 * key of its own; the agent that asks is of a release that does not say who it is.
 * @throws VolvoxError not-found.
 */
export async function instanceMetadata(
  parts: ConductorParts,
  agentId: string | null,
  networkId: string,
  address: string,
): Promise<InstanceMetadata> {
  return await metadataOf(await instanceAtAddress(parts, agentId, networkId, address), parts);
}

/** The instance whose guest has this address on a host of the agent. @throws VolvoxError not-found. */
export async function instanceAtAddress(
  parts: ConductorParts,
  agentId: string | null,
  networkId: string,
  address: string,
): Promise<InstanceRow> {
  const { read } = parts.database;
  const hosts = agentId === null ? ('of agents with the shared key' as const) : { ofAgent: agentId };
  const uuid = await instanceAt(read, hosts, networkId, address);
  if (uuid === null) await noteOtherHost(parts, agentId, networkId, address);
  const row = uuid === null ? null : await findInstance(read, uuid);
  if (row === null || row.vmState === 'deleted' || row.presence === 'left') {
    throw new VolvoxError('not-found', `No instance has ${address} on network ${networkId}.`);
  }
  return row;
}

/** The same for a guest of this agent, with the ports of its instance. @throws VolvoxError not-found. */
export async function guestMetadata(parts: ConductorParts, agentId: string, guestId: string): Promise<GuestMetadata> {
  const { read } = parts.database;
  const uuid = await instanceOfGuest(read, guestId, agentId);
  const row = uuid === null ? null : await findInstance(read, uuid);
  if (row === null) throw new VolvoxError('not-found', `No guest ${guestId} belongs to a host of agent ${agentId}.`);
  return { instance: await metadataOf(row, parts), ports: portsWithNetwork(loadedBuild(row)) };
}

async function metadataOf(row: InstanceRow, parts: ConductorParts): Promise<InstanceMetadata> {
  const vendor = await vendorData(parts.settings.vendorDataFile, parts.log);
  const build = loadedBuild(row);
  const spec = guestSpec(build, build.flavor, null);
  const devices = hasTaggedDevices(spec)
    ? taggedDevices(spec, await movedCardsOf(parts.database.read, row.guestId))
    : [];
  return {
    uuid: row.uuid,
    projectId: row.projectId,
    name: row.displayName,
    hostname: row.hostname,
    instanceType: build.flavor.name,
    imageId: row.imageId,
    availabilityZone: row.zone ?? parts.settings.defaultZone,
    launchIndex: row.launchIndex,
    reservationId: row.reservationId,
    metadata: build.metadata,
    publicKeys: build.keyPair === null ? {} : { [build.keyPair.name]: build.keyPair.publicKey },
    userData: build.userData,
    securityGroups: build.securityGroups.map((group) => group.name),
    localIpV4: row.addressesV4.split('\n')[0] || null,
    macs: build.ports.map((port) => port.mac),
    createdAt: build.createdAt,
    ...(build.keyPair === null ? {} : { keyType: build.keyPair.type }),
    ...(build.injectedFiles === undefined ? {} : { files: build.injectedFiles }),
    ...(devices.length === 0 ? {} : { devices }),
    blockDeviceNames: blockDeviceNames(spec),
    ...(vendor === undefined ? {} : { vendorData: { ...vendor } }),
  };
}

/** The answer is the same as for an address that nobody has. */
async function noteOtherHost(
  parts: ConductorParts,
  agentId: string | null,
  networkId: string,
  address: string,
): Promise<void> {
  const uuid = await instanceAt(parts.database.read, 'any', networkId, address);
  if (uuid === null) return;
  const did = `asked for the metadata of server ${uuid}`;
  if (agentId === null) noteSharedKey(parts, `${did}, whose host has joined, and got none`);
  else noteOverreach(parts, agentId, `${did}, which has no port on its hosts, and got none`);
}
