import type { InstanceBuild } from './instance-build.ts';
import type { FixedIp, Port, PortChange, Subport } from './network.ts';

/** The ports as these changes make them. What is older than the known revision changes nothing. */
export function changedPorts<P extends Port>(ports: readonly P[], changes: readonly PortChange[]): P[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return ports.map((port) => {
    const change = byId.get(port.id);
    return change === undefined || change.revision < (port.revision ?? 0) ? port : { ...port, ...change };
  });
}

/** Whether a host or a view has to learn of the difference. */
export const isSamePort = (one: Port, other: Port): boolean => contentOf(one) === contentOf(other);

const contentOf = ({ fixedIps, securityGroupIds, subports = [] }: Port): string =>
  JSON.stringify([addressesOf(fixedIps), [...securityGroupIds].sort(), subports.map(contentOfSubport)]);

/** Of its network only which it is: hosts learn of changes of networks by definitions. */
const contentOfSubport = ({ id, segmentationId, mac, fixedIps, securityGroupIds, network }: Subport) => [
  ...[id, segmentationId, mac, network.id],
  ...[addressesOf(fixedIps), [...securityGroupIds].sort()],
];

const addressesOf = (fixedIps: readonly FixedIp[]) => fixedIps.map(({ subnetId, address }) => [subnetId, address]);

/**
 * The groups that a server shows: those that one of its ports has, in the order in which they came. `known`: with their names; a group that is
 * not among them has its id as name, until it is shown.
 */
export function groupsOfPorts(
  ports: readonly Port[],
  known: InstanceBuild['securityGroups'],
): InstanceBuild['securityGroups'] {
  const ids = new Set(ports.flatMap(({ securityGroupIds }) => securityGroupIds));
  const before = [...new Map(known.map((group) => [group.id, group])).values()].filter(({ id }) => ids.has(id));
  const come = [...ids].filter((id) => !before.some((one) => one.id === id));
  return [...before, ...come.map((id) => ({ id, name: id }))];
}
