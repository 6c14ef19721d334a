import { randomUUID } from 'node:crypto';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { GuestNic, GuestSpec, OwnParts } from '#platform/objects/guest.ts';
import { requestedDisks } from '#platform/objects/guest-disks.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { type Network, type Port, tapName } from '#platform/objects/network.ts';
import type { StoredSpec } from '../../database/stores/guests.ts';
import type { NewBinding } from '../../database/stores/port-bindings.ts';
import { boundSubport } from '../../database/stores/subport-bindings.ts';
import { flavorLimits } from './flavor-limits.ts';

/** The spec of a guest. It leaves out ports whose network the build does not carry, because no agent could plug them. */
export function guestSpec(
  build: InstanceBuild,
  flavor: Flavor,
  diskSource: GuestSpec['diskSource'],
  { placement, devices }: OwnParts = {},
): StoredSpec {
  return {
    instanceUuid: build.uuid,
    projectId: build.projectId,
    displayName: build.name,
    hostname: build.hostname,
    vcpus: flavor.vcpus,
    ramMb: flavor.ramMb,
    rootGb: flavor.diskGb,
    ephemeralGb: flavor.ephemeralGb,
    swapMb: flavor.swapMb,
    ...(build.blockDevices === undefined ? {} : { disks: requestedDisks(build.blockDevices, flavor) }),
    image: build.image,
    nics: portsWithNetwork(build).map(nicOf),
    configDrive: build.configDrive,
    extraSpecs: flavor.extraSpecs,
    ...(placement === undefined ? {} : { placement }),
    ...(devices === undefined ? {} : { devices }),
    diskSource,
  };
}

interface PortWithNetwork {
  readonly port: Port;
  readonly network: Network;
}

export const nicOf = ({ port, network }: PortWithNetwork): GuestNic => ({
  portId: port.id,
  networkId: network.id,
  mac: port.mac,
  tapName: tapName(port.id),
  mtu: network.mtu,
  tag: port.tag,
});

type At = Pick<NewBinding, 'guestId' | 'hostId' | 'epoch'>;

/** The port bindings of a guest on its host. */
export const bindingsFor = (build: InstanceBuild, guestId: string, hostId: string, epoch: number): NewBinding[] =>
  portsWithNetwork(build).flatMap((plugged) => bindingsOfPort(build, plugged, { guestId, hostId, epoch }));

/** The binding of a port, and those of its subports. */
export const bindingsOfPort = (build: InstanceBuild, { port, network }: PortWithNetwork, at: At): NewBinding[] => {
  const shared = { ...at, instanceUuid: build.uuid };
  const limits = flavorLimits(build.flavor);
  const ofServer = { hostname: build.hostname, ...(limits === undefined ? {} : { limits }) };
  const own = { ...shared, id: randomUUID(), definition: { port, network, ...ofServer } };
  const subports = (port.subports ?? []).map((subport) => ({
    ...shared,
    id: randomUUID(),
    definition: { ...boundSubport(port.id, subport), ...ofServer },
  }));
  return [own, ...subports];
};

export function portsWithNetwork(build: InstanceBuild): PortWithNetwork[] {
  return build.ports.flatMap((port) => {
    const network = build.networks.find((candidate) => candidate.id === port.networkId);
    return network === undefined ? [] : [{ port, network }];
  });
}
