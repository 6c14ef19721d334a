import { fromJson } from '../../database/json-column.ts';
import type { FixedIp } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';

/** Which way a floating address takes: from a subnet to an external network. */
interface Way {
  readonly networkId: string;
  readonly subnetId: string;
  /** Of the subnet. */
  readonly gatewayIp: string | null;
  readonly externalNetworkId: string;
}

/**
 * The router that joins a subnet with an external network: the one that is the gateway of the subnet, if several do. It stays as it is until the
 * transaction ends, as every router that was looked at. @returns undefined when there is none.
 */
export async function routerToOutside(
  tx: DirectoryTx,
  { networkId, subnetId, gatewayIp, externalNetworkId }: Way,
): Promise<string | undefined> {
  const interfaces = () =>
    tx
      .selectFrom('router_interfaces')
      .innerJoin('routers', 'routers.id', 'router_interfaces.router_id')
      .innerJoin('ports', 'ports.id', 'router_interfaces.port_id')
      .select(['router_interfaces.router_id', 'ports.fixed_ips'])
      .where('router_interfaces.network_id', '=', networkId)
      .where('routers.gateway_network_id', '=', externalNetworkId)
      .orderBy('router_interfaces.router_id')
      .execute();
  const ids = [...new Set((await interfaces()).map(({ router_id }) => router_id))];
  if (ids.length === 0) return undefined;
  await tx.selectFrom('routers').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
  const joined = (await interfaces()).flatMap(({ router_id, fixed_ips }) => {
    const own = fromJson<FixedIp[]>(fixed_ips).find((fixedIp) => fixedIp.subnetId === subnetId);
    return own === undefined || !ids.includes(router_id) ? [] : [{ id: router_id, address: own.address }];
  });
  return (joined.find(({ address }) => address === gatewayIp) ?? joined[0])?.id;
}
