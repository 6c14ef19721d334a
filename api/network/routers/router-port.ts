import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import { getPort, insertPorts, type PortRecord, randomMac } from '#platform/directory/stores/ports.ts';
import {
  lockRouter,
  noteRouterChanged,
  type RouterRecord,
  settlePortsOfRouter,
} from '#platform/directory/stores/routers.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { FixedIp } from '#platform/objects/network.ts';

export const INTERFACE_OWNER = 'network:router_interface';
export const GATEWAY_OWNER = 'network:router_gateway';

const isOfRouter = ({ deviceOwner }: Pick<PortRecord, 'deviceOwner'>): boolean =>
  deviceOwner === INTERFACE_OWNER || deviceOwner === GATEWAY_OWNER;

/** A port of a router is active while both are switched on. */
export const statusOf = (router: RouterRecord, port: Pick<PortRecord, 'adminStateUp'>): string =>
  router.adminStateUp && port.adminStateUp ? 'ACTIVE' : 'DOWN';

interface NewRouterPort {
  readonly id: string;
  readonly networkId: string;
  /** Empty for a gateway: it is nobody's, as the external network is not the router's. */
  readonly projectId: string;
  readonly router: RouterRecord;
  readonly owner: typeof INTERFACE_OWNER | typeof GATEWAY_OWNER;
  readonly fixedIps: readonly FixedIp[];
}

/** Makes a port of a router whose addresses are allocated already. */
export async function insertRouterPort(
  tx: DirectoryTx,
  { id, networkId, projectId, router, owner, fixedIps }: NewRouterPort,
  now: string,
): Promise<PortRecord> {
  const [port] = await insertPorts(tx, [
    {
      ...{ id, networkId, projectId, name: '', description: '', mac: randomMac(), adminStateUp: true },
      ...{ deviceId: router.id, deviceOwner: owner, status: statusOf(router, { adminStateUp: true }) },
      ...{ fixedIps, securityGroupIds: [], dnsName: '', portSecurityEnabled: false, madeForDevice: true, tags: [] },
      ...{ createdAt: now, updatedAt: now, revision: 1 },
    },
  ]);
  if (port === undefined) throw new VolvoxError('internal', 'a port was not inserted');
  return port;
}

/**
 * Locks the router of a port, if it has one. It comes before the port: that is the sequence of all who lock both. @throws VolvoxError not-found
 * also when the viewer may not know of the port.
 */
export async function lockRouterOf(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  portId: string,
): Promise<RouterRecord | null> {
  const port = await getPort(tx, viewer, portId);
  return isOfRouter(port) ? lockRouter(tx, { projectId: '', isAdmin: true }, port.deviceId) : null;
}

/**
 * A port has been switched on or off; `before` is what it was, under its lock, and `router` what `lockRouterOf` has locked. @throws VolvoxError
 * conflict when it became a router's since.
 */
export async function followSwitchOfPort(
  tx: DirectoryTx,
  router: RouterRecord | null,
  before: PortRecord,
): Promise<void> {
  if (!isOfRouter(before)) return;
  if (router?.id !== before.deviceId) throw changedMeanwhile(`Port ${before.id}`);
  await settlePortsOfRouter(tx, router);
  await noteRouterChanged(tx, [router.id]);
}
