import { sql } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { selectRows } from '#platform/database/raw-select.ts';
import { changedUse, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import { type HostDevice, withDevices } from '#platform/objects/host-device.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { CellReader, CellTx } from '../../cell-database.ts';
import { MAX_DIFFERENCES } from './unfinished.ts';

export interface HostUsage {
  readonly id: string;
  readonly name: string;
  /** guests/vcpus/MiB/GiB: in the host's row, and as the sum of its claims. */
  readonly counted: string;
  readonly claimed: string;
}

/** Hosts whose `used_*` and `guests` are not the sums of their claims. One statement, so it sees one moment. */
export function differingHostUsage(read: CellReader): Promise<readonly HostUsage[]> {
  return selectRows(
    read,
    sql<HostUsage>`SELECT * FROM (
    SELECT h.id, h.name, CONCAT_WS('/', h.guests, h.used_vcpus, h.used_ram_mb, h.used_disk_gb) AS counted,
      CONCAT_WS('/', COUNT(c.guest_id), COALESCE(SUM(c.vcpus), 0), COALESCE(SUM(c.ram_mb), 0), COALESCE(SUM(c.disk_gb), 0)) AS claimed
    FROM hosts h LEFT JOIN claims c ON c.host_id = h.id
    GROUP BY h.id, h.name, h.guests, h.used_vcpus, h.used_ram_mb, h.used_disk_gb) u
    WHERE counted <> claimed LIMIT ${MAX_DIFFERENCES}`,
  );
}

/** Hosts whose `nodes_used` is not the sum of the placements of their claims. One statement, so it sees one moment; most hosts have neither. */
export async function differingNodeUsage(read: CellReader): Promise<readonly HostUsage[]> {
  const rows = await read
    .selectFrom('hosts')
    .leftJoin('claims', (join) => join.onRef('claims.host_id', '=', 'hosts.id').on('claims.placement', 'is not', null))
    .select(['hosts.id', 'hosts.name', 'hosts.nodes_used', 'claims.placement'])
    .where((eb) => eb.or([eb('hosts.nodes_used', 'is not', null), eb('claims.placement', 'is not', null)]))
    .execute();
  const hosts = new Map(rows.map((row) => [row.id, row]));
  return [...hosts.values()].flatMap(({ id, name, nodes_used }) => {
    const claimed = sumOf(rows.filter((row) => row.id === id)) ?? 'nothing';
    const counted = nodes_used ?? 'nothing';
    return counted === claimed ? [] : [{ id, name, counted, claimed }];
  });
}

/** Hosts whose `devices_used` is not what their claims have. One statement, so it sees one moment; most hosts have neither. */
export async function differingDeviceUsage(read: CellReader): Promise<readonly HostUsage[]> {
  const rows = await read
    .selectFrom('hosts')
    .leftJoin('claims', (join) => join.onRef('claims.host_id', '=', 'hosts.id').on('claims.devices', 'is not', null))
    .select(['hosts.id', 'hosts.name', 'hosts.devices_used', 'claims.devices'])
    .where((eb) => eb.or([eb('hosts.devices_used', 'is not', null), eb('claims.devices', 'is not', null)]))
    .execute();
  const hosts = new Map(rows.map((row) => [row.id, row]));
  return [...hosts.values()].flatMap(({ id, name, devices_used }) => {
    const claimed = devicesOf(rows.filter((row) => row.id === id)) ?? 'nothing';
    const counted = devices_used ?? 'nothing';
    return counted === claimed ? [] : [{ id, name, counted, claimed }];
  });
}

/** JSON of the addresses of the devices of these claims; null: none. */
function devicesOf(claims: readonly { readonly devices: string | null }[]): string | null {
  const devices = claims.flatMap((claim) => (claim.devices === null ? [] : fromJson<HostDevice[]>(claim.devices)));
  return devices.length === 0 ? null : toJson(withDevices([], devices));
}

/** JSON of the use of all nodes by these claims; null: none. */
function sumOf(claims: readonly { readonly placement: string | null }[]): string | null {
  const uses = claims.flatMap(({ placement }) =>
    placement === null ? [] : useOf(fromJson<GuestPlacement>(placement)),
  );
  const sum = uses.reduce<readonly NodeUse[]>((all, use) => changedUse(all, [use], 1), []);
  return sum.length === 0 ? null : toJson(sum);
}

/**
 * Sets the usage of a host to the sums of its claims. It locks the host's row first. A transaction that claims keeps that lock until its
 * claim is committed; one that releases subtracts from the row afterwards. So the sum is correct in both cases. @returns whether it differed.
 */
export async function recountHost(tx: CellTx, hostId: string): Promise<boolean> {
  const host = await tx.selectFrom('hosts').selectAll().where('id', '=', hostId).forUpdate().executeTakeFirst();
  if (host === undefined) return false;
  const sums = await tx
    .selectFrom('claims')
    .select((eb) => [
      eb.fn.countAll<number | bigint>().as('guests'),
      sql<number>`COALESCE(SUM(vcpus), 0)`.as('vcpus'),
      sql<number>`COALESCE(SUM(ram_mb), 0)`.as('ram_mb'),
      sql<number>`COALESCE(SUM(disk_gb), 0)`.as('disk_gb'),
    ])
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  const placed = await tx
    .selectFrom('claims')
    .select(['placement', 'devices'])
    .where('host_id', '=', hostId)
    .where((eb) => eb.or([eb('placement', 'is not', null), eb('devices', 'is not', null)]))
    .execute();
  const right = {
    guests: Number(sums.guests),
    used_vcpus: Number(sums.vcpus),
    used_ram_mb: Number(sums.ram_mb),
    used_disk_gb: Number(sums.disk_gb),
    nodes_used: sumOf(placed),
    devices_used: devicesOf(placed),
  };
  if (Object.entries(right).every(([column, value]) => host[column as keyof typeof right] === value)) return false;
  await tx
    .updateTable('hosts')
    .set((eb) => ({ ...right, version: eb('version', '+', 1) }))
    .where('id', '=', hostId)
    .execute();
  return true;
}
