import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { noteDeleted } from '#platform/directory/stores/definitions/note-deleted.ts';
import { deletePorts, insertPorts, randomMac } from '#platform/directory/stores/ports.ts';
import { timestamp } from '#platform/time/clock.ts';

const now = timestamp(Date.now());
type Within = <R>(work: (tx: DirectoryTx) => Promise<R>) => Promise<R>;

/** Changes of routers, each of which raises the generation of the router, and says that it is to be announced. */
export function routersOf(within: Within) {
  const changed = (tx: DirectoryTx, id: string) =>
    tx
      .updateTable('routers')
      .set((eb) => ({ generation: eb('generation', '+', 1), announced: 0 }))
      .where('id', '=', id)
      .execute();
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
      const row = {
        ...{ id, project_id: 'project', name: '', description: '', admin_state_up: 1, enable_snat: 1 },
        ...{ gateway_network_id: null, gateway_port_id: null, routes: '[]', tags: '[]' },
        ...{ created_at: sql<string>`NOW(6)`, updated_at: sql<string>`NOW(6)`, revision: 1, generation: 1 },
      };
      await within((tx) => tx.insertInto('routers').values(row).execute());
      return id;
    },
    /** Gives the router an interface in a network. @returns its port. */
    join: (router_id: string, network_id: string): Promise<string> =>
      within(async (tx) => {
        const port_id = await port(tx, network_id, router_id, 'network:router_interface');
        await tx.insertInto('router_interfaces').values({ port_id, router_id, network_id }).execute();
        await changed(tx, router_id);
        return port_id;
      }),
    part: (portId: string) =>
      within(async (tx) => {
        const { router_id } = await tx
          .selectFrom('router_interfaces')
          .select('router_id')
          .where('port_id', '=', portId)
          .executeTakeFirstOrThrow();
        await tx.deleteFrom('router_interfaces').where('port_id', '=', portId).execute();
        await deletePorts(tx, [portId]);
        await changed(tx, router_id);
      }),
    /** null: it leads nowhere outside any more. */
    leadOutside: (id: string, networkId: string | null) =>
      within(async (tx) => {
        const router = await tx.selectFrom('routers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
        if (router.gateway_port_id !== null) await deletePorts(tx, [router.gateway_port_id]);
        const own = networkId === null ? null : await port(tx, networkId, id, 'network:router_gateway');
        const gateway = { gateway_network_id: networkId, gateway_port_id: own };
        await tx.updateTable('routers').set(gateway).where('id', '=', id).execute();
        await changed(tx, id);
      }),
    route: (id: string, routes: readonly { readonly destination: string; readonly nexthop: string }[]) =>
      within(async (tx) => {
        const text = JSON.stringify(routes);
        await tx.updateTable('routers').set({ routes: text }).where('id', '=', id).execute();
        await changed(tx, id);
      }),
    deleteRouter: (id: string) =>
      within(async (tx) => {
        const { gateway_port_id } = await tx
          .selectFrom('routers')
          .select('gateway_port_id')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const rows = await tx.selectFrom('router_interfaces').select('port_id').where('router_id', '=', id).execute();
        await deletePorts(tx, [
          ...rows.map(({ port_id }) => port_id),
          ...((gateway_port_id ?? '') ? [gateway_port_id ?? ''] : []),
        ]);
        await tx.deleteFrom('router_interfaces').where('router_id', '=', id).execute();
        await tx.deleteFrom('routers').where('id', '=', id).execute();
        await noteDeleted(tx, 'router', [id]);
      }),
  };
}
