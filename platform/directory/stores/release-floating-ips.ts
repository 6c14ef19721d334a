import type { ExpressionBuilder } from 'kysely';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { noteRouterChanged } from './routers.ts';

/**
 * Ports are gone, in this transaction, which has locked them: the floating addresses that led to them lead nowhere, and their port forwardings
 * are gone. The addresses stay their projects'. The routers are told.
 */
export async function releaseFloatingIps(tx: DirectoryTx, portIds: readonly string[]): Promise<void> {
  const floating = await tx
    .selectFrom('floating_ips')
    .select(['id', 'router_id'])
    .where('fixed_port_id', 'in', [...portIds])
    .orderBy('id')
    .execute();
  const forwarding = await tx
    .selectFrom('port_forwardings')
    .innerJoin('floating_ips', 'floating_ips.id', 'port_forwardings.floating_ip_id')
    .select(['floating_ips.id', 'floating_ips.router_id'])
    .where('internal_port_id', 'in', [...portIds])
    .execute();
  if (floating.length > 0) {
    // One that leads to another port by now is not freed.
    await tx
      .updateTable('floating_ips')
      .set(freed)
      .where('fixed_port_id', 'in', [...portIds])
      .execute();
  }
  if (forwarding.length > 0) {
    const ids = [...new Set(forwarding.map(({ id }) => id))].sort();
    // Whoever adds a forwarding to them meanwhile has locked them.
    await tx.selectFrom('floating_ips').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
    await tx
      .deleteFrom('port_forwardings')
      .where('internal_port_id', 'in', [...portIds])
      .execute();
    const left = await tx
      .selectFrom('port_forwardings')
      .select('floating_ip_id')
      .where('floating_ip_id', 'in', ids)
      .execute();
    const bare = ids.filter((id) => !left.some(({ floating_ip_id }) => floating_ip_id === id));
    // One that has lost its forwardings and leads to a whole port by now is not freed.
    const unled = tx.updateTable('floating_ips').set(freed).where('fixed_port_id', 'is', null);
    if (bare.length > 0) await unled.where('id', 'in', bare).execute();
  }
  await noteRouterChanged(
    tx,
    [...floating, ...forwarding].flatMap(({ router_id }) => router_id ?? []),
  );
}

const freed = (eb: ExpressionBuilder<DirectoryTables, 'floating_ips'>) => ({
  ...{ fixed_port_id: null, fixed_address: null, router_id: null, status: 'DOWN' },
  revision: eb('revision', '+', 1),
});
