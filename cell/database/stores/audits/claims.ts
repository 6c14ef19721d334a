import { sql } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { changedUse, useOf } from '#platform/objects/guest-placement.ts';
import { withDevices } from '#platform/objects/host-device.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { CellReader, CellTx } from '../../cell-database.ts';
import type { StoredSpec } from '../guests.ts';
import { idleDifferences, isBusy } from './unfinished.ts';

/** Claims of idle instances whose guest does not exist. */
export const claimsWithoutGuest = idleDifferences((read: CellReader) =>
  read
    .selectFrom('claims')
    .leftJoin('guests', 'guests.id', 'claims.guest_id')
    .leftJoin('hosts', 'hosts.id', 'claims.host_id')
    .select(['claims.guest_id', 'claims.instance_uuid', 'hosts.name as host'])
    .where('guests.id', 'is', null),
);

/** Guests of idle instances that have no claim. */
export const guestsWithoutClaim = idleDifferences((read: CellReader) =>
  read
    .selectFrom('guests')
    .leftJoin('claims', 'claims.guest_id', 'guests.id')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.host_id', 'hosts.name as host'])
    .where('claims.guest_id', 'is', null),
);

/** The capacity is in use already, so no limit refuses the claim. @returns false when the guest has a claim, or its instance is not idle. */
export async function claimForGuest(
  tx: CellTx,
  { id, uuid, hostId }: { readonly id: string; readonly uuid: string; readonly hostId: string },
): Promise<boolean> {
  const host = await tx
    .selectFrom('hosts')
    .select(['nodes_used', 'devices_used'])
    .where('id', '=', hostId)
    .forUpdate()
    .executeTakeFirst();
  const guest = await tx
    .selectFrom('guests')
    .leftJoin('claims', 'claims.guest_id', 'guests.id')
    .leftJoin('instances', 'instances.uuid', 'guests.instance_uuid')
    .select(['guests.spec', 'guests.role', 'claims.guest_id', 'instances.build'])
    .where('guests.id', '=', id)
    .executeTakeFirst();
  if (host === undefined || guest === undefined || guest.guest_id !== null) return false;
  if (await isBusy(tx, uuid)) return false;
  const { vcpus: all, placement, devices, ramMb, rootGb, ephemeralGb, swapMb } = fromJson<StoredSpec>(guest.spec);
  const use = placement === undefined ? [] : useOf(placement);
  const vcpus = placement === undefined ? all : use.reduce((sum, node) => sum + node.vcpus, 0);
  const diskGb = rootGb + ephemeralGb + Math.ceil(swapMb / 1024);
  const group = guest.build === null ? null : fromJson<InstanceBuild>(guest.build).serverGroup;
  await tx
    .insertInto('claims')
    .values({
      guest_id: id,
      host_id: hostId,
      instance_uuid: uuid,
      group_id: guest.role === 'aside' ? null : (group?.id ?? null),
      vcpus,
      ram_mb: ramMb,
      disk_gb: diskGb,
      placement: placement === undefined ? null : toJson(placement),
      devices: devices === undefined ? null : toJson(devices),
    })
    .execute();
  await tx
    .updateTable('hosts')
    .set((eb) => ({
      used_vcpus: eb('used_vcpus', '+', vcpus),
      used_ram_mb: eb('used_ram_mb', '+', ramMb),
      used_disk_gb: eb('used_disk_gb', '+', diskGb),
      guests: sql<number>`guests + 1`,
      ...(placement === undefined ? {} : { nodes_used: toJson(changedUse(listOf<NodeUse>(host.nodes_used), use, 1)) }),
      ...(devices === undefined
        ? {}
        : { devices_used: toJson(withDevices(listOf<string>(host.devices_used), devices)) }),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', hostId)
    .execute();
  return true;
}

const listOf = <T>(json: string | null): readonly T[] => (json === null ? [] : fromJson<T[]>(json));
