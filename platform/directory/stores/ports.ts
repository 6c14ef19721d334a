import { randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { AddressPair, DhcpOption } from '../../objects/definitions.ts';
import type { FixedIp } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';
import type { PortsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import { releaseAddresses } from './allocations.ts';
import { noteDeleted } from './definitions/note-deleted.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { releaseFloatingIps } from './release-floating-ips.ts';

type Read = Reader<DirectoryTables>;

/** See schema/networks.ts for what the members mean. */
export interface PortRecord {
  readonly id: string;
  readonly networkId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly mac: string;
  readonly adminStateUp: boolean;
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly status: string;
  readonly fixedIps: readonly FixedIp[];
  readonly securityGroupIds: readonly string[];
  readonly dnsName: string;
  readonly portSecurityEnabled: boolean;
  readonly madeForDevice: boolean;
  readonly addressPairs: readonly AddressPair[];
  readonly dhcpOptions: readonly DhcpOption[];
  readonly propagateUplinkStatus: boolean;
  readonly qosPolicyId: string | null;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

/** Of a port of which its user says nothing else. */
const NO_EXTRAS: Pick<PortRecord, 'addressPairs' | 'dhcpOptions' | 'propagateUplinkStatus' | 'qosPolicyId'> = {
  addressPairs: [],
  dhcpOptions: [],
  propagateUplinkStatus: true,
  qosPolicyId: null,
};
export type NewPortRecord = Omit<PortRecord, keyof typeof NO_EXTRAS> & Partial<typeof NO_EXTRAS>;

/** `announced` is the road's own (definitions/announce.ts). */
const PORTS = recordTable<PortRecord, Omit<PortsTable, 'announced'>>('ports')({
  id: 'id',
  networkId: 'network_id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  mac: 'mac',
  adminStateUp: flag('admin_state_up'),
  deviceId: 'device_id',
  deviceOwner: 'device_owner',
  status: 'status',
  fixedIps: json('fixed_ips'),
  securityGroupIds: json('security_group_ids'),
  dnsName: 'dns_name',
  portSecurityEnabled: flag('port_security_enabled'),
  madeForDevice: flag('made_for_device'),
  addressPairs: json('address_pairs'),
  dhcpOptions: json('dhcp_options'),
  propagateUplinkStatus: flag('propagate_uplink_status'),
  qosPolicyId: 'qos_policy_id',
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** An admin sees all ports; others their project's and those on its networks. */
const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [
        sql`(project_id = ${viewer.projectId} OR network_id IN (SELECT id FROM networks WHERE project_id = ${viewer.projectId}))`,
      ];

export const listPorts = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof PortRecord> = EVERYTHING,
  conditions: readonly RawBuilder<unknown>[] = [],
): Promise<readonly PortRecord[]> => listRecords(read, PORTS, listing, [...visible(viewer), ...conditions]);

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getPort(read: Read, viewer: NetworkViewer, id: string): Promise<PortRecord> {
  const [port] = await listPorts(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (port === undefined) throw portNotFound(id);
  return port;
}

/** The port as it is under its lock, which ends with the transaction. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockPort(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<PortRecord> {
  await getPort(tx, viewer, id);
  await tx.selectFrom('ports').select('id').where('id', '=', id).forUpdate().execute();
  return getPort(tx, viewer, id);
}

const portNotFound = (id: string): VolvoxError =>
  new VolvoxError('not-found', `Port ${id} could not be found.`, { details: { type: 'PortNotFound' } });

/** A MAC address of the range that OpenStack's guests have; its uniqueness is kept by `insertPorts`. */
export function randomMac(): string {
  return `fa:16:3e:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}

const MAX_MAC_ATTEMPTS = 8;

/**
 * Inserts ports, giving those another MAC that did not ask for one and met a taken one. @returns the ports as they are now.
 * @throws VolvoxError conflict when a MAC that was asked for is taken.
 */
export async function insertPorts(
  tx: DirectoryTx,
  ports: readonly NewPortRecord[],
  chosen: { readonly macByUser: boolean } = { macByUser: false },
): Promise<readonly PortRecord[]> {
  if (ports.length === 0) return [];
  let current = ports.map((port): PortRecord => ({ ...NO_EXTRAS, ...port }));
  for (let attempt = 1; ; attempt++) {
    try {
      await tx.insertInto('ports').values(current.map(PORTS.toRow)).execute();
      return current;
    } catch (error) {
      if (!isDuplicate(error, 'ports_mac')) throw error;
      if (chosen.macByUser || attempt >= MAX_MAC_ATTEMPTS) {
        throw new VolvoxError('conflict', `Unable to complete operation. The mac address ${ports[0]?.mac} is in use.`, {
          details: { type: 'MacAddressInUse' },
        });
      }
      current = current.map((port) => ({ ...port, mac: randomMac() }));
    }
  }
}

/** Deletes ports with their addresses. Floating addresses that led to them lead nowhere. */
export async function deletePorts(tx: DirectoryTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await releaseAddresses(tx, ids);
  await tx
    .deleteFrom('ports')
    .where('id', 'in', [...ids])
    .execute();
  await releaseFloatingIps(tx, ids);
  await noteDeleted(tx, 'port', ids);
}

/**
 * The server of these ports lives in another cell now, or in none: who needs its ports is decided anew. The ports themselves stay as they are,
 * with their revision.
 */
export async function announcePortsOf(tx: DirectoryTx, instanceUuid: string): Promise<void> {
  await tx
    .updateTable('ports')
    .set({ announced: sql<number>`CASE announced WHEN -1 THEN -2 ELSE -1 END` })
    .where('device_id', '=', instanceUuid)
    .execute();
}

/** @throws VolvoxError conflict when somebody changed it since it was read. */
export async function updatePort(
  tx: DirectoryTx,
  read: PortRecord,
  changes: Partial<Omit<PortRecord, 'id' | 'revision'>>,
): Promise<void> {
  const { id, revision } = read;
  const updated = await updateRows(
    tx,
    'ports',
    { id, revision },
    { ...PORTS.toColumns({ ...changes, revision: revision + 1 }), announced: 0 },
  );
  if (updated === 0) throw changedMeanwhile(`Port ${id}`);
}
