import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { deletePorts, getPort, insertPorts, randomMac } from '#platform/directory/stores/ports.ts';
import {
  deleteInterface,
  deleteRouter,
  insertInterface,
  insertRouter,
  interfacesOfRouters,
  lockRouter,
  noteRouterChanged,
  updateRouter,
} from '#platform/directory/stores/routers.ts';
import { timestamp } from '#platform/time/clock.ts';

const ADMIN = { projectId: 'project', isAdmin: true };
const now = timestamp(Date.now());
type Within = <R>(work: (tx: DirectoryTx) => Promise<R>) => Promise<R>;

/** Changes of routers, as the API makes them. */
export function routersOf(within: Within) {
  const port = async (tx: DirectoryTx, networkId: string, routerId: string, owner: string): Promise<string> => {
    const id = randomUUID();
    const row = {
      ...{ id, networkId, projectId: 'project', name: '', description: '', mac: randomMac(), adminStateUp: true },
      ...{ deviceId: routerId, deviceOwner: owner, status: 'ACTIVE', dnsName: '', portSecurityEnabled: false },
      ...{ madeForDevice: true, createdAt: now, updatedAt: now, revision: 1, tags: [], securityGroupIds: [] },
      fixedIps: [{ subnetId: randomUUID(), address: '10.0.0.1' }],
    };
    await insertPorts(tx, [row]);
    return id;
  };
  return {
    router: async (): Promise<string> => {
      const id = randomUUID();
      const router = {
        ...{ id, projectId: 'project', name: '', description: '', adminStateUp: true, enableSnat: true },
        ...{ gatewayNetworkId: null, gatewayPortId: null, routes: [], tags: [], createdAt: now, updatedAt: now },
        ...{ revision: 1, generation: 1 },
      };
      await within((tx) => insertRouter(tx, router));
      return id;
    },
    /** Gives the router an interface in a network. @returns its port. */
    join: (routerId: string, networkId: string): Promise<string> =>
      within(async (tx) => {
        const portId = await port(tx, networkId, routerId, 'network:router_interface');
        await insertInterface(tx, { portId, routerId, networkId });
        await noteRouterChanged(tx, [routerId]);
        return portId;
      }),
    part: (portId: string) =>
      within(async (tx) => {
        const { deviceId } = await getPort(tx, ADMIN, portId);
        await deleteInterface(tx, portId);
        await deletePorts(tx, [portId]);
        await noteRouterChanged(tx, [deviceId]);
      }),
    /** null: it leads nowhere outside any more. */
    leadOutside: (id: string, networkId: string | null) =>
      within(async (tx) => {
        const router = await lockRouter(tx, ADMIN, id);
        if (router.gatewayPortId !== null) await deletePorts(tx, [router.gatewayPortId]);
        const gatewayPortId = networkId === null ? null : await port(tx, networkId, id, 'network:router_gateway');
        await updateRouter(tx, router, { gatewayNetworkId: networkId, gatewayPortId });
      }),
    route: (id: string, routes: readonly { readonly destination: string; readonly nexthop: string }[]) =>
      within(async (tx) => updateRouter(tx, await lockRouter(tx, ADMIN, id), { routes })),
    deleteRouter: (id: string) =>
      within(async (tx) => {
        const { gatewayPortId } = await lockRouter(tx, ADMIN, id);
        const ports = (await interfacesOfRouters(tx, [id])).map(({ portId }) => portId);
        for (const portId of ports) await deleteInterface(tx, portId);
        await deletePorts(tx, gatewayPortId === null ? ports : [...ports, gatewayPortId]);
        await deleteRouter(tx, id);
      }),
  };
}
