import { sql } from 'kysely';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import type { StoredSpec } from '../../database/stores/guests.ts';
import { wishBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';
import { atRest, MOST, underWay } from './under-way.ts';

/**
 * Claims and copies differ if a claim has no copy, or a copy no claim, while nobody works at the instance (a resize, or a move that comes
 * in, takes room before it makes the copy). A copy has a claim as long as anything of it may be on its host.
 */
export const claims = (parts: ConductorParts): Auditor => ({
  kinds: ['claim-without-copy', 'copy-without-claim'],
  settleMs: 5_000,
  look: async () => [...(await claimsWithoutCopy(parts)), ...(await copiesWithoutClaim(parts))],
});

async function claimsWithoutCopy(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('claims')
    .leftJoin('guests', 'guests.id', 'claims.guest_id')
    .leftJoin('hosts', 'hosts.id', 'claims.host_id')
    .select(['claims.guest_id', 'claims.instance_uuid', 'hosts.name as host'])
    .where('guests.id', 'is', null)
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ guest_id: guestId, instance_uuid: uuid, host }) => ({
    kind: 'claim-without-copy',
    subject: guestId,
    message: `room is claimed on host ${host ?? 'unknown'} for a copy of ${uuid} that there is not`,
    advice: 'none: it is given back',
    repair: () => giveBack(parts, guestId, uuid),
  }));
}

async function giveBack(parts: ConductorParts, guestId: string, uuid: string): Promise<boolean> {
  const hosts = await parts.database.transaction(async (tx) => {
    const guest = await tx.selectFrom('guests').select('id').where('id', '=', guestId).executeTakeFirst();
    if (guest !== undefined || (await underWay(tx, [uuid])).has(uuid)) return [];
    await wishBindings(tx, [guestId], { present: false, leaving: true }, parts.clock.now());
    return releaseClaims(tx, [guestId]);
  });
  parts.hosts.changed(hosts);
  return hosts.length > 0;
}

async function copiesWithoutClaim(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('guests')
    .leftJoin('claims', 'claims.guest_id', 'guests.id')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.host_id', 'hosts.name as host'])
    .where('claims.guest_id', 'is', null)
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, instance_uuid: uuid, host_id: hostId, host }) => ({
    kind: 'copy-without-claim',
    subject: id,
    message: `a copy of ${uuid} is on host ${host} without a claim`,
    advice: 'none: its room is claimed, also where the host has no more',
    repair: () => claimFor(parts, { id, uuid, hostId }),
  }));
}

/** What it takes is taken already, so no limit refuses it. */
async function claimFor(
  parts: ConductorParts,
  copy: { readonly id: string; readonly uuid: string; readonly hostId: string },
): Promise<boolean> {
  const claimed = await parts.database.transaction(async (tx) => {
    const host = await tx.selectFrom('hosts').select('id').where('id', '=', copy.hostId).forUpdate().executeTakeFirst();
    const guest = await tx
      .selectFrom('guests')
      .leftJoin('claims', 'claims.guest_id', 'guests.id')
      .leftJoin('instances', 'instances.uuid', 'guests.instance_uuid')
      .select(['guests.spec', 'guests.role', 'claims.guest_id', 'instances.build'])
      .where('guests.id', '=', copy.id)
      .executeTakeFirst();
    if (host === undefined || guest === undefined || guest.guest_id !== null) return false;
    if ((await underWay(tx, [copy.uuid])).has(copy.uuid)) return false;
    const { vcpus, ramMb, rootGb, ephemeralGb, swapMb } = fromJson<StoredSpec>(guest.spec);
    const diskGb = rootGb + ephemeralGb + Math.ceil(swapMb / 1024);
    const group = guest.build === null ? null : fromJson<InstanceBuild>(guest.build).serverGroup;
    await tx
      .insertInto('claims')
      .values({
        guest_id: copy.id,
        host_id: copy.hostId,
        instance_uuid: copy.uuid,
        group_id: guest.role === 'aside' ? null : (group?.id ?? null),
        vcpus,
        ram_mb: ramMb,
        disk_gb: diskGb,
      })
      .execute();
    await tx
      .updateTable('hosts')
      .set((eb) => ({
        used_vcpus: eb('used_vcpus', '+', vcpus),
        used_ram_mb: eb('used_ram_mb', '+', ramMb),
        used_disk_gb: eb('used_disk_gb', '+', diskGb),
        guests: sql<number>`guests + 1`,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', copy.hostId)
      .execute();
    return true;
  });
  if (claimed) parts.hosts.changed([copy.hostId]);
  return claimed;
}
