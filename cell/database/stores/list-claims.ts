import { fromJson } from '#platform/database/json-column.ts';
import type { Claim, ClaimPage } from '#platform/objects/claim.ts';
import { dedicatedUsed, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { CellReader } from '../cell-database.ts';

/** A page of the claims on hosts of this cell. One statement, by an index where the filter names a host or instances. */
export async function listClaims(read: CellReader, { filter, after, limit }: ClaimPage): Promise<Claim[]> {
  let query = read
    .selectFrom('claims')
    .leftJoin('instances', 'instances.uuid', 'claims.instance_uuid')
    .select(['claims.guest_id', 'claims.host_id', 'claims.instance_uuid'])
    .select(['claims.vcpus', 'claims.ram_mb', 'claims.disk_gb', 'claims.placement', 'claims.devices'])
    .select('instances.version')
    .orderBy('claims.guest_id')
    .limit(limit);
  if (filter.hostId !== undefined) query = query.where('claims.host_id', '=', filter.hostId);
  if (filter.instanceUuids !== undefined)
    query = query.where('claims.instance_uuid', 'in', ['', ...filter.instanceUuids]);
  if (after !== null) query = query.where('claims.guest_id', '>', after);
  return (await query.execute()).map((row) => ({
    guestId: row.guest_id,
    hostId: row.host_id,
    instanceUuid: row.instance_uuid,
    resources: { vcpus: row.vcpus, ramMb: row.ram_mb, diskGb: row.disk_gb },
    ...(row.placement === null ? {} : { dedicatedCpus: dedicatedUsed(useOf(fromJson<GuestPlacement>(row.placement))) }),
    ...(row.devices === null ? {} : { devices: fromJson<HostDevice[]>(row.devices) }),
    instanceVersion: row.version ?? 0,
  }));
}
