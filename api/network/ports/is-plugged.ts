import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { SUBPORT_OWNER } from '#platform/directory/stores/trunks.ts';
import { conflicting } from '../policy.ts';

/** Whether a server has a port, by the owner that the servers' API writes down. */
export const isPlugged = (deviceOwner: string): boolean => deviceOwner.startsWith('compute:');

/** Whether a port is a subport of a trunk, by the owner that the trunks' API writes down. */
export const isSubport = (deviceOwner: string): boolean => deviceOwner === SUBPORT_OWNER;

/** @throws VolvoxError conflict when the port belongs to a router or a floating address: it goes with them. */
export function requireOwn({ id, deviceOwner }: Pick<PortRecord, 'id' | 'deviceOwner'>): void {
  if (!isOfNetwork(deviceOwner)) return;
  throw conflicting(
    `Port ${id} cannot be deleted directly via the port API: has device owner ${deviceOwner}.`,
    'ServicePortInUse',
  );
}

/** Whether a port belongs to the network itself: to a router or a floating address. */
export const isOfNetwork = (deviceOwner: string): boolean =>
  ['network:router_interface', 'network:router_gateway', 'network:floatingip'].includes(deviceOwner);
