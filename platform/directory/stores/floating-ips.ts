import type { Reader } from '../../database/database.ts';
import { json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { changedMeanwhile } from '../../errors/changed-meanwhile.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { FloatingIpsTable } from '../schema/floating-ips.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords, ofProject } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { noteRouterChanged } from './routers.ts';

type Read = Reader<DirectoryTables>;

/** See schema/floating-ips.ts for what the members mean. */
export interface FloatingIpRecord {
  readonly id: string;
  readonly projectId: string;
  readonly description: string;
  readonly floatingNetworkId: string;
  readonly floatingAddress: string;
  readonly floatingPortId: string;
  readonly fixedPortId: string | null;
  readonly fixedAddress: string | null;
  readonly routerId: string | null;
  readonly status: string;
  readonly dnsName: string;
  readonly dnsDomain: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const FLOATING_IPS = recordTable<FloatingIpRecord, FloatingIpsTable>('floating_ips')({
  id: 'id',
  projectId: 'project_id',
  description: 'description',
  floatingNetworkId: 'floating_network_id',
  floatingAddress: 'floating_address',
  floatingPortId: 'floating_port_id',
  fixedPortId: 'fixed_port_id',
  fixedAddress: 'fixed_address',
  routerId: 'router_id',
  status: 'status',
  dnsName: 'dns_name',
  dnsDomain: 'dns_domain',
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

export const listFloatingIps = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof FloatingIpRecord> = EVERYTHING,
): Promise<readonly FloatingIpRecord[]> => listRecords(read, FLOATING_IPS, listing, ofProject(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getFloatingIp(read: Read, viewer: NetworkViewer, id: string): Promise<FloatingIpRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [floatingIp] = await listFloatingIps(read, viewer, { ...EVERYTHING, filters });
  if (floatingIp !== undefined) return floatingIp;
  throw new VolvoxError('not-found', `Floating IP ${id} could not be found`, {
    details: { type: 'FloatingIPNotFound' },
  });
}

/**
 * The floating address as it is under its lock, which ends with the transaction. Whoever locks a fixed port as well locks the port first, and
 * routers last. @throws VolvoxError not-found also when the viewer may not know of it.
 */
export async function lockFloatingIp(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<FloatingIpRecord> {
  await getFloatingIp(tx, viewer, id);
  await tx.selectFrom('floating_ips').select('id').where('id', '=', id).forUpdate().execute();
  return getFloatingIp(tx, viewer, id);
}

export async function insertFloatingIp(tx: DirectoryTx, floatingIp: FloatingIpRecord): Promise<void> {
  await tx
    .insertInto('floating_ips')
    .values(FLOATING_IPS.toRow({ ...floatingIp, status: statusWith(floatingIp.routerId) }))
    .execute()
    .catch(fixedInUse);
  await noteRouterChanged(tx, idsOf(floatingIp.routerId));
}

/**
 * Changes a floating address under a new revision; the cells that need its router, the former one and the new one, are told when it leads
 * elsewhere. @throws VolvoxError conflict when somebody changed it since it was read.
 */
export async function updateFloatingIp(
  tx: DirectoryTx,
  read: FloatingIpRecord,
  changes: Partial<Omit<FloatingIpRecord, 'id' | 'revision' | 'status'>>,
): Promise<void> {
  const { id, revision } = read;
  const now = { ...read, ...changes };
  const columns = FLOATING_IPS.toColumns({ ...changes, status: statusWith(now.routerId), revision: revision + 1 });
  const updated = updateRows(tx, 'floating_ips', { id, revision }, columns);
  if ((await updated.catch(fixedInUse)) === 0) throw changedMeanwhile(`Floating IP ${id}`);
  const same =
    now.routerId === read.routerId && now.fixedPortId === read.fixedPortId && now.fixedAddress === read.fixedAddress;
  if (!same) await noteRouterChanged(tx, idsOf(read.routerId, now.routerId));
}

/** Deletes a floating address that the transaction has locked. The caller deletes its port. */
export async function deleteFloatingIp(tx: DirectoryTx, { id, routerId }: FloatingIpRecord): Promise<void> {
  await tx.deleteFrom('floating_ips').where('id', '=', id).execute();
  await noteRouterChanged(tx, idsOf(routerId));
}

const statusWith = (routerId: string | null): string => (routerId === null ? 'DOWN' : 'ACTIVE');
const idsOf = (...ids: readonly (string | null)[]): readonly string[] => ids.flatMap((id) => id ?? []);

function fixedInUse(error: unknown): never {
  if (!isDuplicate(error, 'floating_ips_fixed')) throw error;
  throw new VolvoxError('conflict', 'The fixed address has a floating IP of that external network already.', {
    details: { type: 'FloatingIPPortAlreadyAssociated' },
  });
}
