import type { DirectoryTx } from '#platform/directory/directory.ts';
import { type FloatingIpRecord, listFloatingIps } from '#platform/directory/stores/floating-ips.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import { forwardingsOf, forwardingsToPort } from '#platform/directory/stores/port-forwardings.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import { routerToOutside } from '#platform/directory/stores/router-to-outside.ts';
import { getSubnet } from '#platform/directory/stores/subnets.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { badFloatingIp, fixedAddressOf } from './fixed-address.ts';

const EVERYBODY = { projectId: '', isAdmin: true } as const;
type Association = Pick<FloatingIpRecord, 'fixedPortId' | 'fixedAddress' | 'routerId'>;
type Floating = Pick<FloatingIpRecord, 'id' | 'projectId' | 'floatingAddress' | 'floatingNetworkId' | 'fixedPortId'>;

/**
 * Where a floating address leads when it leads to this port. The transaction has locked the port, then the address; the router stays as it is
 * until the transaction ends.
 * @param asked `fixed_ip_address`
 * @throws VolvoxError invalid when the port is another project's, has no such address, or has port forwardings; not-found when no router joins
 * its subnet with the external network; conflict when the address has another floating address of that network, or the floating address has
 * port forwardings.
 */
export async function associate(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  floating: Floating,
  port: PortRecord,
  asked: string | null | undefined,
): Promise<Association> {
  requireOwnPort(viewer, floating, port);
  const fixedIp = fixedAddressOf(port, asked);
  if ((await forwardingsOf(tx, [floating.id])).size > 0)
    throw conflicting(`Floating IP ${floating.id} in use by Port Forwarding resources.`, 'FipInUseByPortForwarding');
  const forwardings = await forwardingsToPort(tx, port.id);
  if (forwardings.length > 0)
    throw invalidInput(
      `Cannot associate floating IP to port ${port.id} because it already has a Port Forwarding binding.`,
      'PortHasPortForwarding',
    );
  await requireNoOther(tx, floating, port, fixedIp);
  return {
    ...{ fixedPortId: port.id, fixedAddress: fixedIp.address },
    routerId: await routerOf(tx, floating, port, fixedIp),
  };
}

/** @throws VolvoxError invalid when the port is another project's, and the caller no admin. */
export function requireOwnPort(viewer: NetworkViewer, { projectId }: Pick<Floating, 'projectId'>, port: PortRecord) {
  if (port.projectId === projectId || viewer.isAdmin) return;
  throw badFloatingIp(
    `Cannot process floating IP association with Port ${port.id}, since that port is owned by a different tenant`,
  );
}

/** @throws VolvoxError not-found when no router joins the address of the port with the external network. */
export async function routerOf(
  tx: DirectoryTx,
  { floatingNetworkId }: Pick<Floating, 'floatingNetworkId'>,
  port: PortRecord,
  { subnetId }: FixedIp,
): Promise<string> {
  const { gatewayIp } = await getSubnet(tx, EVERYBODY, subnetId);
  const way = { networkId: port.networkId, subnetId, gatewayIp, externalNetworkId: floatingNetworkId };
  const routerId = await routerToOutside(tx, way);
  if (routerId !== undefined) return routerId;
  throw new VolvoxError(
    'not-found',
    `External network ${floatingNetworkId} is not reachable from subnet ${subnetId}. Therefore, cannot associate Port ${port.id} with a Floating IP.`,
    { details: { type: 'ExternalGatewayForFloatingIPNotFound' } },
  );
}

/** The floating addresses that lead to this port. */
export const floatingIpsOfPort = (tx: DirectoryTx, portId: string): Promise<readonly FloatingIpRecord[]> =>
  listFloatingIps(tx, EVERYBODY, { ...EVERYTHING, filters: [{ member: 'fixedPortId', anyOf: [portId] }] });

async function requireNoOther(tx: DirectoryTx, floating: Floating, port: PortRecord, { address }: FixedIp) {
  const other = (await floatingIpsOfPort(tx, port.id)).find(
    ({ id, fixedAddress, floatingNetworkId }) =>
      id !== floating.id && fixedAddress === address && floatingNetworkId === floating.floatingNetworkId,
  );
  if (other !== undefined) throw alreadyAssociated(floating, port.id, address);
}

export const alreadyAssociated = (
  { id, floatingAddress, floatingNetworkId }: Pick<Floating, 'id' | 'floatingAddress' | 'floatingNetworkId'>,
  portId: string,
  fixedAddress: string,
): VolvoxError =>
  conflicting(
    `Cannot associate floating IP ${floatingAddress} (${id}) with port ${portId} using fixed IP ${fixedAddress}, as that fixed IP already has a floating IP on external network ${floatingNetworkId}.`,
    'FloatingIPPortAlreadyAssociated',
  );
