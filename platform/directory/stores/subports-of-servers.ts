import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { fromJson } from '../../database/json-column.ts';
import type { FixedIp, Subport } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING } from './listing.ts';
import { networkOnHosts } from './network-on-hosts.ts';
import { listNetworks } from './networks.ts';
import { subnetsOf } from './subnets.ts';

type Read = Reader<DirectoryTables>;
const EVERYONE = { projectId: '', isAdmin: true };

/** By parent: its subports with their networks, as a cell needs them. Ports that are no parents have no entry. */
export async function subportsOfParents(
  read: Read,
  portIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Subport[]>> {
  if (portIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('trunks')
    .innerJoin('subports', 'subports.trunk_id', 'trunks.id')
    .innerJoin('ports', 'ports.id', 'subports.port_id')
    .select(['trunks.port_id as parent_id', 'subports.segmentation_id', 'ports.id', 'ports.network_id', 'ports.mac'])
    .select(['ports.fixed_ips', 'ports.security_group_ids'])
    .where('trunks.port_id', 'in', [...portIds])
    .orderBy('trunks.port_id')
    .orderBy('subports.segmentation_id')
    .execute();
  if (rows.length === 0) return new Map();
  const networkIds = [...new Set(rows.map(({ network_id }) => network_id))];
  const records = await listNetworks(read, EVERYONE, {
    ...EVERYTHING,
    filters: [{ member: 'id', anyOf: networkIds }],
  });
  const subnets = await subnetsOf(read, networkIds);
  const networks = new Map(records.map((record) => [record.id, networkOnHosts(record, subnets)]));
  const subports = rows.flatMap((row) => {
    const network = networks.get(row.network_id);
    if (network === undefined) return [];
    return [
      {
        parentId: row.parent_id,
        subport: {
          ...{ id: row.id, segmentationId: row.segmentation_id, mac: row.mac, network },
          fixedIps: fromJson<FixedIp[]>(row.fixed_ips),
          securityGroupIds: fromJson<string[]>(row.security_group_ids),
        },
      },
    ];
  });
  return new Map(
    [...Map.groupBy(subports, ({ parentId }) => parentId)].map(([parent, some]) => [
      parent,
      some.map(({ subport }) => subport),
    ]),
  );
}

/** A server has taken these ports, or has given them up: their trunks and subports follow. The transaction has written the rows of the ports. */
export async function followParents(tx: DirectoryTx, portIds: readonly string[], isPlugged: boolean): Promise<void> {
  const trunkIds = await trunksOf(tx, portIds);
  if (trunkIds.length === 0) return;
  await tx
    .updateTable('trunks')
    .set({ status: isPlugged ? 'BUILD' : 'DOWN', looked_at: 0 })
    .where('id', 'in', trunkIds)
    .execute();
  await tx
    .updateTable('ports')
    .set((eb) => ({ status: isPlugged ? 'ACTIVE' : 'DOWN', announced: 0, revision: eb('revision', '+', 1) }))
    .where('id', 'in', await idsOfSubports(tx, trunkIds))
    .execute();
}

/** The server of these parents lives in another cell now: who needs the subports is decided anew. */
export async function announceSubportsOf(tx: DirectoryTx, instanceUuid: string): Promise<void> {
  const parents = await tx.selectFrom('ports').select('id').where('device_id', '=', instanceUuid).execute();
  const trunkIds = await trunksOf(
    tx,
    parents.map(({ id }) => id),
  );
  if (trunkIds.length === 0) return;
  await tx.updateTable('trunks').set({ looked_at: 0 }).where('id', 'in', trunkIds).execute();
  await tx
    .updateTable('ports')
    .set({ announced: sql<number>`CASE announced WHEN -1 THEN -2 ELSE -1 END` })
    .where('id', 'in', await idsOfSubports(tx, trunkIds))
    .execute();
}

/** Those of these ports that are parents of trunks. */
export async function parentsAmong(read: Read, portIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (portIds.length === 0) return new Set();
  const rows = await read
    .selectFrom('trunks')
    .select('port_id')
    .where('port_id', 'in', [...portIds])
    .execute();
  return new Set(rows.map(({ port_id }) => port_id));
}

async function trunksOf(read: Read, portIds: readonly string[]): Promise<string[]> {
  if (portIds.length === 0) return [];
  const rows = await read
    .selectFrom('trunks')
    .select('id')
    .where('port_id', 'in', [...portIds])
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Never empty: it is given to `in`. */
async function idsOfSubports(read: Read, trunkIds: readonly string[]): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('subports')
    .select('port_id')
    .where('trunk_id', 'in', [...trunkIds])
    .orderBy('port_id')
    .execute();
  return ['', ...rows.map(({ port_id }) => port_id)];
}
