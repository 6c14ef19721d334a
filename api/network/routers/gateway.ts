import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getNetwork, lockNetworks, type NetworkViewer } from '#platform/directory/stores/networks.ts';
import { deletePorts, type PortRecord } from '#platform/directory/stores/ports.ts';
import type { RouterRecord } from '#platform/directory/stores/routers.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { invalidInput } from '../policy.ts';
import { takeAddresses } from '../ports/take-addresses.ts';
import { refusePolicyOf } from '../qos/chosen-policy.ts';
import { connectedSubnets, requireDistinct } from './connected-subnets.ts';
import { requireGatewayUnused } from './floating-needs.ts';
import { GATEWAY_OWNER, insertRouterPort } from './router-port.ts';
import type { GivenGateway } from './schema.ts';

type GatewayChange = Pick<RouterRecord, 'gatewayNetworkId' | 'gatewayPortId' | 'enableSnat'>;
const NONE: GatewayChange = { gatewayNetworkId: null, gatewayPortId: null, enableSnat: true };

/**
 * Gives a router the requested gateway and removes the former one. The transaction has locked the router. A gateway that stays on its
 * network keeps its addresses unless others are asked for.
 * @returns what to write down in the router's row.
 * @throws VolvoxError invalid when the network is not external or overlaps with a subnet of the router; conflict while floating addresses lead
 * through the gateway that would go; not-found.
 */
export async function setGateway(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  router: RouterRecord,
  given: GivenGateway | null,
  now: string,
): Promise<GatewayChange> {
  if (given === null || Object.keys(given).length === 0) {
    await requireGatewayUnused(tx, router);
    await removeGatewayPort(tx, router);
    return NONE;
  }
  refusePolicyOf('the gateway of a router', given);
  const networkId = given.network_id ?? router.gatewayNetworkId;
  if (networkId === null)
    throw invalidInput("Invalid input for external_gateway_info. Reason: 'network_id' must be given.");
  const enableSnat = given.enable_snat ?? (router.gatewayNetworkId === networkId ? router.enableSnat : true);
  const stays = router.gatewayNetworkId === networkId && given.external_fixed_ips === undefined;
  if (stays) return { gatewayNetworkId: networkId, gatewayPortId: router.gatewayPortId, enableSnat };
  if (router.gatewayNetworkId !== networkId) await requireGatewayUnused(tx, router);
  await removeGatewayPort(tx, router);
  const port = await makeGatewayPort(tx, viewer, { router, networkId, asked: given.external_fixed_ips }, now);
  return { gatewayNetworkId: networkId, gatewayPortId: port.id, enableSnat };
}

async function makeGatewayPort(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  {
    router,
    networkId,
    asked,
  }: {
    readonly router: RouterRecord;
    readonly networkId: string;
    readonly asked: GivenGateway['external_fixed_ips'];
  },
  now: string,
): Promise<PortRecord> {
  await getNetwork(tx, viewer, networkId);
  await lockNetworks(tx, [networkId]);
  const network = await getNetwork(tx, viewer, networkId);
  if (!network.external)
    throw invalidInput(`Bad router request: Network ${networkId} is not an external network.`, 'BadRequest');
  const subnets = await subnetsOf(tx, [networkId]);
  const portId = randomUUID();
  const requested = asked?.map((one) => ({ ...one }));
  const fixedIps = await takeAddresses(tx, { portId, networkId, subnets, requested });
  const used = new Set(fixedIps.map(({ subnetId }) => subnetId));
  const { subnets: reached } = await connectedSubnets(tx, router);
  requireDistinct(
    subnets.filter(({ id }) => used.has(id)),
    reached,
  );
  return insertRouterPort(
    tx,
    {
      ...{ id: portId, networkId, projectId: '', router, owner: GATEWAY_OWNER, fixedIps },
    },
    now,
  );
}

export async function removeGatewayPort(tx: DirectoryTx, { gatewayPortId }: RouterRecord): Promise<void> {
  if (gatewayPortId !== null) await deletePorts(tx, [gatewayPortId]);
}
