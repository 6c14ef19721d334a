import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { insertAllocations, insertPorts, type PortRecord, randomMac } from '#platform/directory/stores/ports.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';

export const INTERFACE_OWNER = 'network:router_interface';
export const GATEWAY_OWNER = 'network:router_gateway';

interface NewRouterPort {
  readonly networkId: string;
  /** Empty for a gateway: it is nobody's, as the external network is not the router's. */
  readonly projectId: string;
  readonly routerId: string;
  readonly owner: typeof INTERFACE_OWNER | typeof GATEWAY_OWNER;
  readonly fixedIps: readonly (FixedIp & { readonly version: 4 | 6 })[];
}

/** Makes a port of a router with addresses that are taken from its subnets already. @throws VolvoxError conflict when one of them is in use. */
export async function insertRouterPort(
  tx: DirectoryTx,
  { networkId, projectId, routerId, owner, fixedIps }: NewRouterPort,
  now: string,
): Promise<PortRecord> {
  const id = randomUUID();
  await insertAllocations(
    tx,
    fixedIps.map(({ version, ...fixedIp }) => ({ portId: id, version, fixedIp })),
  );
  const [port] = await insertPorts(tx, [
    {
      ...{ id, networkId, projectId, name: '', description: '', mac: randomMac(), adminStateUp: true },
      ...{ deviceId: routerId, deviceOwner: owner, status: 'ACTIVE' },
      fixedIps: fixedIps.map(({ subnetId, address }) => ({ subnetId, address })),
      ...{ securityGroupIds: [], dnsName: '', portSecurityEnabled: false, madeForDevice: true, tags: [] },
      ...{ createdAt: now, updatedAt: now, revision: 1 },
    },
  ]);
  if (port === undefined) throw new VolvoxError('internal', 'a port was not inserted');
  return port;
}
