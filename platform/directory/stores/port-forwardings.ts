import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { recordTable } from '../../database/record-table.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { PortForwardingsTable } from '../schema/floating-ips.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';

type Read = Reader<DirectoryTables>;

/** See schema/floating-ips.ts for what the members mean. */
export interface PortForwardingRecord {
  readonly id: string;
  readonly floatingIpId: string;
  readonly description: string;
  readonly protocol: 'tcp' | 'udp';
  readonly externalPorts: string;
  readonly internalPortId: string;
  readonly internalAddress: string;
  readonly internalPorts: string;
}

const PORT_FORWARDINGS = recordTable<PortForwardingRecord, PortForwardingsTable>('port_forwardings')({
  id: 'id',
  floatingIpId: 'floating_ip_id',
  description: 'description',
  protocol: 'protocol',
  externalPorts: 'external_ports',
  internalPortId: 'internal_port_id',
  internalAddress: 'internal_address',
  internalPorts: 'internal_ports',
});

/** `80:80` as two numbers. */
interface PortRange {
  readonly min: number;
  readonly max: number;
}
export function portRange(text: string): PortRange {
  const [min = Number.NaN, max = min] = text.split(':').map(Number);
  return { min, max };
}
const rangesOverlap = (one: string, other: string): boolean => {
  const [a, b] = [portRange(one), portRange(other)];
  return a.min <= b.max && b.min <= a.max;
};

const ofFloatingIps = (ids: readonly string[]): RawBuilder<unknown> => sql`floating_ip_id IN (${sql.join([...ids])})`;

/** Those of one floating address, which the viewer may know of. */
export const listPortForwardings = (
  read: Read,
  floatingIpId: string,
  listing: Listing<keyof PortForwardingRecord> = EVERYTHING,
): Promise<readonly PortForwardingRecord[]> =>
  listRecords(read, PORT_FORWARDINGS, listing, [ofFloatingIps([floatingIpId])]);

/** @throws VolvoxError not-found also when it is of another floating address. */
export async function getPortForwarding(read: Read, floatingIpId: string, id: string): Promise<PortForwardingRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [forwarding] = await listPortForwardings(read, floatingIpId, { ...EVERYTHING, filters });
  if (forwarding !== undefined) return forwarding;
  throw new VolvoxError('not-found', `Port Forwarding ${id} could not be found.`, {
    details: { type: 'PortForwardingNotFound' },
  });
}

/** Those of several floating addresses, by the id of the address. */
export async function forwardingsOf(
  read: Read,
  floatingIpIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PortForwardingRecord[]>> {
  if (floatingIpIds.length === 0) return new Map();
  const all = await listRecords(read, PORT_FORWARDINGS, EVERYTHING, [ofFloatingIps(floatingIpIds)]);
  return Map.groupBy(all, ({ floatingIpId }) => floatingIpId);
}

/** Those that lead to a port. */
export const forwardingsToPort = (read: Read, portId: string): Promise<readonly PortForwardingRecord[]> =>
  listRecords(read, PORT_FORWARDINGS, { ...EVERYTHING, filters: [{ member: 'internalPortId', anyOf: [portId] }] });

/**
 * One that leads from the same ports outside, or to the same ports inside, as another would. The transaction has locked the floating address
 * and the port.
 */
export async function overlappingForwarding(
  tx: DirectoryTx,
  one: PortForwardingRecord,
): Promise<PortForwardingRecord | undefined> {
  const own = await listPortForwardings(tx, one.floatingIpId);
  const inside = await forwardingsToPort(tx, one.internalPortId);
  const others = (some: readonly PortForwardingRecord[]) =>
    some.filter(({ id, protocol }) => id !== one.id && protocol === one.protocol);
  return (
    others(own).find(({ externalPorts }) => rangesOverlap(externalPorts, one.externalPorts)) ??
    others(inside).find(
      ({ internalAddress, internalPorts }) =>
        internalAddress === one.internalAddress && rangesOverlap(internalPorts, one.internalPorts),
    )
  );
}

/** The caller notes the change of the router, as with what follows. */
export async function insertPortForwarding(tx: DirectoryTx, forwarding: PortForwardingRecord): Promise<void> {
  await tx.insertInto('port_forwardings').values(PORT_FORWARDINGS.toRow(forwarding)).execute();
}

export async function updatePortForwarding(tx: DirectoryTx, forwarding: PortForwardingRecord): Promise<void> {
  const { id, ...rest } = forwarding;
  await updateRows(tx, 'port_forwardings', { id }, PORT_FORWARDINGS.toColumns(rest));
}

export async function deletePortForwarding(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('port_forwardings').where('id', '=', id).execute();
}
