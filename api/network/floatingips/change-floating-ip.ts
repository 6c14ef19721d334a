import type { DirectoryTx } from '#platform/directory/directory.ts';
import {
  deleteFloatingIp,
  type FloatingIpRecord,
  getFloatingIp,
  lockFloatingIp,
  updateFloatingIp,
} from '#platform/directory/stores/floating-ips.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import { forwardingsOf } from '#platform/directory/stores/port-forwardings.ts';
import { deletePorts, lockPort } from '#platform/directory/stores/ports.ts';
import { conflicting } from '../policy.ts';
import { associate } from './associate.ts';
import { badFloatingIp } from './fixed-address.ts';

/** `port_id: null` frees it; without `port_id` it leads where it did. */
interface FloatingIpChange {
  readonly port_id?: string | null;
  readonly fixed_ip_address?: string | null;
  readonly description?: string;
}

/**
 * @param check refuses the address as it is under its lock.
 * @throws VolvoxError not-found; as `associate`; conflict.
 */
export async function changeFloatingIp(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  id: string,
  given: FloatingIpChange,
  { now, check }: { readonly now: string; readonly check: (locked: FloatingIpRecord) => void },
): Promise<void> {
  const portId = given.port_id ?? null;
  if (portId === null && (given.fixed_ip_address ?? null) !== null)
    throw badFloatingIp('fixed_ip_address cannot be specified without a port_id');
  await getFloatingIp(tx, viewer, id);
  const port = portId === null ? null : await lockPort(tx, viewer, portId);
  const locked = await lockFloatingIp(tx, viewer, id);
  check(locked);
  const leads =
    port === null ? freed(locked, given) : await associate(tx, viewer, locked, port, given.fixed_ip_address);
  await updateFloatingIp(tx, locked, {
    ...(given.description === undefined ? {} : { description: given.description }),
    ...leads,
    updatedAt: now,
  });
}

/** The router of port forwardings stays. */
const freed = ({ fixedPortId }: FloatingIpRecord, { port_id }: FloatingIpChange) =>
  port_id === null && fixedPortId !== null ? { fixedPortId: null, fixedAddress: null, routerId: null } : {};

/** Gives a floating address back, which the transaction has locked. @throws VolvoxError conflict while it has port forwardings. */
export async function giveFloatingIpBack(tx: DirectoryTx, locked: FloatingIpRecord): Promise<void> {
  if ((await forwardingsOf(tx, [locked.id])).size > 0)
    throw conflicting(`Floating IP ${locked.id} in use by Port Forwarding resources.`, 'FipInUseByPortForwarding');
  await deleteFloatingIp(tx, locked);
  await deletePorts(tx, [locked.floatingPortId]);
}
