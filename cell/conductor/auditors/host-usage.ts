import { sql } from 'kysely';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import type { CellReader } from '../../database/cell-database.ts';
import type { ConductorParts } from '../parts.ts';
import { MOST } from './under-way.ts';

interface Usage {
  readonly id: string;
  readonly name: string;
  readonly counted: string;
  readonly claimed: string;
}

/** What a host counts differs if `used_*` and `guests` are not the sums of its claims. One statement, so it sees one moment. */
export const hostUsage = (parts: ConductorParts): Auditor => ({
  kinds: ['host-usage'],
  settleMs: 1_000,
  look: async () =>
    (await usages(parts.database.read)).map(
      ({ id, name, counted, claimed }): Difference => ({
        kind: 'host-usage',
        subject: id,
        message: `host ${name} counts ${counted} (guests/vcpus/MiB/GiB), its claims are ${claimed}`,
        advice: 'none: it is counted anew',
        repair: () => recount(parts, id),
      }),
    ),
});

async function usages(read: CellReader): Promise<readonly Usage[]> {
  const { rows } = await sql<Usage>`SELECT * FROM (
    SELECT h.id, h.name, CONCAT_WS('/', h.guests, h.used_vcpus, h.used_ram_mb, h.used_disk_gb) AS counted,
      CONCAT_WS('/', COUNT(c.guest_id), COALESCE(SUM(c.vcpus), 0), COALESCE(SUM(c.ram_mb), 0), COALESCE(SUM(c.disk_gb), 0)) AS claimed
    FROM hosts h LEFT JOIN claims c ON c.host_id = h.id
    GROUP BY h.id, h.name, h.guests, h.used_vcpus, h.used_ram_mb, h.used_disk_gb) u
    WHERE counted <> claimed LIMIT ${MOST}`.execute(read);
  return rows;
}

/**
 * The host's row is locked first: whoever takes room holds it until the claim is committed, and whoever gives room back changes it by
 * what he gives, after this. So the sum that is read then is right in both cases.
 */
async function recount(parts: ConductorParts, hostId: string): Promise<boolean> {
  const changed = await parts.database.transaction(async (tx) => {
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
    const right = {
      guests: Number(sums.guests),
      used_vcpus: Number(sums.vcpus),
      used_ram_mb: Number(sums.ram_mb),
      used_disk_gb: Number(sums.disk_gb),
    };
    if (Object.entries(right).every(([column, value]) => host[column as keyof typeof right] === value)) return false;
    await tx
      .updateTable('hosts')
      .set((eb) => ({ ...right, version: eb('version', '+', 1) }))
      .where('id', '=', hostId)
      .execute();
    return true;
  });
  if (changed) parts.hosts.changed([hostId]);
  return changed;
}
