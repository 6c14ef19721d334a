import { isIPv4 } from 'node:net';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { type FloatingIpRecord, updateFloatingIp } from '#platform/directory/stores/floating-ips.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import {
  deletePortForwarding,
  insertPortForwarding,
  listPortForwardings,
  overlappingForwarding,
  type PortForwardingRecord,
  updatePortForwarding,
} from '#platform/directory/stores/port-forwardings.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { noteRouterChanged } from '#platform/directory/stores/routers.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { conflicting } from '../../policy.ts';
import { isOfNetwork } from '../../ports/is-plugged.ts';
import { alreadyAssociated, floatingIpsOfPort, requireOwnPort, routerOf } from '../associate.ts';
import { badForwarding, requireFit, shiftedPorts } from './read-ports.ts';

/** Of one floating address; each is a rule on a host. */
const MAX_FORWARDINGS = 256;

/**
 * Ports of one floating address in ranges that lead to ports of other numbers, each to one of its own: a host has an element for each.
 */
const MAX_SHIFTED_PORTS = 1_024;

/** The transaction has locked the port, then the floating address. `forwarding` names an address of the port. */
interface Written {
  readonly floatingIp: FloatingIpRecord;
  readonly port: PortRecord;
  readonly forwarding: PortForwardingRecord;
}

/** @throws VolvoxError conflict when there are too many; as `requireForwarding`. */
export async function addForwarding(tx: DirectoryTx, viewer: NetworkViewer, one: Written, now: string): Promise<void> {
  const { floatingIp, port, forwarding } = one;
  if (floatingIp.fixedPortId !== null) throw alreadyAssociated(floatingIp, port.id, forwarding.internalAddress);
  const routerId = await requireForwarding(tx, viewer, one);
  if ((await listPortForwardings(tx, floatingIp.id)).length >= MAX_FORWARDINGS)
    throw conflicting(`A floating IP has at most ${MAX_FORWARDINGS} port_forwardings.`, 'OverQuota');
  await insertPortForwarding(tx, forwarding);
  // The first one gives the address its router.
  if (floatingIp.routerId === null) await updateFloatingIp(tx, floatingIp, { routerId, updatedAt: now });
  else await noteRouterChanged(tx, [routerId]);
}

/** @throws VolvoxError as `requireForwarding`. */
export async function changeForwarding(tx: DirectoryTx, viewer: NetworkViewer, one: Written): Promise<void> {
  const routerId = await requireForwarding(tx, viewer, one);
  await updatePortForwarding(tx, one.forwarding);
  await noteRouterChanged(tx, [routerId]);
}

/** With the last one the address loses its router. The transaction has locked the floating address. */
export async function removeForwarding(
  tx: DirectoryTx,
  floatingIp: FloatingIpRecord,
  id: string,
  now: string,
): Promise<void> {
  await deletePortForwarding(tx, id);
  if ((await listPortForwardings(tx, floatingIp.id)).length === 0)
    await updateFloatingIp(tx, floatingIp, { routerId: null, updatedAt: now });
  else if (floatingIp.routerId !== null) await noteRouterChanged(tx, [floatingIp.routerId]);
}

/**
 * Which router forwards. @throws VolvoxError invalid when the port is another project's or the network's, no router joins it with the external
 * network, another one has the address already, or other forwardings use the same ports; conflict when the port has a floating address.
 */
async function requireForwarding(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  { floatingIp, port, forwarding }: Written,
): Promise<string> {
  requireOwnPort(viewer, floatingIp, port);
  requireFit(forwarding.externalPorts, forwarding.internalPorts);
  const fixedIp = port.fixedIps.find(({ address }) => address === forwarding.internalAddress);
  if (fixedIp === undefined) throw notSuitable(port, forwarding.internalAddress);
  const bound = (await floatingIpsOfPort(tx, port.id)).find(({ fixedAddress }) => fixedAddress === fixedIp.address);
  if (bound !== undefined)
    throw conflicting(
      `Cannot create port forwarding to floating IP ${floatingIp.floatingAddress} (${floatingIp.id}) with port ${port.id} using fixed IP ${fixedIp.address}, as that port already has a binding floating IP.`,
      'PortHasBindingFloatingIP',
    );
  const routerId = await routerOf(tx, floatingIp, port, fixedIp).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found')
      ? badForwarding(
          `External network ${floatingIp.floatingNetworkId} is not reachable from subnet ${fixedIp.subnetId}. Cannot set Port forwarding for port ${port.id} with Floating IP ${floatingIp.id}`,
        )
      : error;
  });
  if (floatingIp.routerId !== null && floatingIp.routerId !== routerId)
    throw badForwarding(
      `The Floating IP ${floatingIp.id} had been set on router ${floatingIp.routerId}, the internal Neutron port ${port.id} can not reach it`,
    );
  const other = await overlappingForwarding(tx, forwarding);
  if (other === undefined) {
    await requireFewShifted(tx, forwarding);
    return routerId;
  }
  throw badForwarding(
    `A duplicate port forwarding entry with same attributes already exists, conflicting values are protocol ${other.protocol}, external_port_range ${other.externalPorts}, internal_ip_address ${other.internalAddress}, internal_port_range ${other.internalPorts}`,
  );
}

/** The address that was asked for, or the first one of IPv4. @throws VolvoxError invalid, naming what was asked for. */
export function internalAddressOf(port: PortRecord, asked: string | undefined): FixedIp {
  if (isOfNetwork(port.deviceOwner))
    throw badForwarding(`Requested internal port ${port.id} (internal_port_id) is ${port.deviceOwner}`);
  const own = port.fixedIps.filter(({ address }) => isIPv4(address));
  const [first] = own;
  if (first === undefined)
    throw badForwarding(`Requested internal port ${port.id} must allocate an IPv4 address at least`);
  const chosen = asked === undefined ? first : own.find(({ address }) => address === asked);
  if (chosen === undefined) throw notSuitable(port, asked ?? '');
  return chosen;
}

const notSuitable = ({ id, fixedIps }: PortRecord, asked: string) =>
  badForwarding(
    `Requested internal IP address ${asked} (internal_ip_address) is not suitable for internal neutron port ${id}, as its fixed_ips are ${fixedIps.map(({ address }) => address).join(', ')}`,
  );

/** @throws VolvoxError conflict when the ranges of the floating address that lead to other numbers have too many ports. */
async function requireFewShifted(tx: DirectoryTx, forwarding: PortForwardingRecord): Promise<void> {
  const others = (await listPortForwardings(tx, forwarding.floatingIpId)).filter(({ id }) => id !== forwarding.id);
  const ports = [...others, forwarding].reduce((sum, one) => sum + shiftedPorts(one), 0);
  if (shiftedPorts(forwarding) === 0 || ports <= MAX_SHIFTED_PORTS) return;
  throw conflicting(
    `Ranges of a floating IP that lead to other ports have at most ${MAX_SHIFTED_PORTS} ports; with external_port_range ${forwarding.externalPorts} they would have ${ports}.`,
    'OverQuota',
  );
}
