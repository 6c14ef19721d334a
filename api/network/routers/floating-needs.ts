import type { DirectoryTx } from '#platform/directory/directory.ts';
import { ledByRouter } from '#platform/directory/stores/floating-needs.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { RouterRecord } from '#platform/directory/stores/routers.ts';
import { conflicting } from '../policy.ts';
import { portsById } from './connected-subnets.ts';

/** What a router may not lose while floating addresses, or port forwardings of them, lead through it. The transaction has locked the router. */

/** @throws VolvoxError conflict when one leads through the gateway. */
export async function requireGatewayUnused(tx: DirectoryTx, { id, gatewayNetworkId }: RouterRecord): Promise<void> {
  if (gatewayNetworkId === null || (await ledByRouter(tx, id)).length === 0) return;
  throw conflicting(
    `Gateway cannot be updated for router ${id}, since a gateway to external network ${gatewayNetworkId} is required by one or more floating IPs.`,
    'RouterExternalGatewayInUseByFloatingIp',
  );
}

/** @throws VolvoxError conflict when one leads to an address of a subnet of this interface. */
export async function requireInterfaceUnused(tx: DirectoryTx, { id }: RouterRecord, port: PortRecord): Promise<void> {
  const led = await ledByRouter(tx, id);
  const addresses = new Set(led.map(({ portId, address }) => `${portId} ${address}`));
  const ports = await portsById(tx, [...new Set(led.map(({ portId }) => portId))]);
  const subnets = new Set(port.fixedIps.map(({ subnetId }) => subnetId));
  const needed = ports
    .flatMap((one) => one.fixedIps.filter(({ address }) => addresses.has(`${one.id} ${address}`)))
    .find(({ subnetId }) => subnets.has(subnetId));
  if (needed === undefined) return;
  throw conflicting(
    `Router interface for subnet ${needed.subnetId} on router ${id} cannot be deleted, as it is required by one or more floating IPs.`,
    'RouterInterfaceInUseByFloatingIP',
  );
}
