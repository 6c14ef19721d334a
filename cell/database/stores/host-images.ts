import { sql } from 'kysely';
import { fromJson } from '#platform/database/json-column.ts';
import type { Host, ImageCounts } from '#platform/objects/host.ts';
import type { CellReader } from '../cell-database.ts';

/**
 * These hosts, each with the properties of the images of its servers. A host that was read before has the properties of now. A rebuild with another image
 * changes no version of its host, so it is told with the host's next change.
 */
export async function withImageProperties(read: CellReader, hosts: readonly Host[]): Promise<Host[]> {
  if (hosts.length === 0) return [];
  const ids = hosts.map(({ id }) => id);
  const counts = await imagePropertiesOn(read, ids);
  return hosts.map((host) => {
    const imageProperties = counts.get(host.id);
    return imageProperties === undefined ? host : { ...host, imageProperties };
  });
}

/** By host id. Hosts without any are left out. */
async function imagePropertiesOn(
  read: CellReader,
  hostIds: readonly string[],
): Promise<ReadonlyMap<string, ImageCounts>> {
  const properties = sql<string | null>`JSON_EXTRACT(instances.build, '$.image.properties')`;
  const rows = await read
    .selectFrom('claims')
    .innerJoin('instances', 'instances.uuid', 'claims.instance_uuid')
    .select((eb) => [
      'claims.host_id',
      properties.as('properties'),
      eb.fn.count<number | bigint>('claims.instance_uuid').distinct().as('servers'),
    ])
    .where('claims.host_id', 'in', hostIds)
    .groupBy(['claims.host_id', properties])
    .execute();
  const counts = new Map<string, Map<string, Map<string, number>>>();
  for (const row of rows) {
    if (row.properties === null) continue;
    const ofHost = counts.get(row.host_id) ?? new Map<string, Map<string, number>>();
    for (const [name, value] of Object.entries(fromJson<Record<string, string>>(row.properties))) {
      const ofProperty = ofHost.get(name) ?? new Map<string, number>();
      ofHost.set(name, ofProperty.set(value, (ofProperty.get(value) ?? 0) + Number(row.servers)));
    }
    if (ofHost.size > 0) counts.set(row.host_id, ofHost);
  }
  const plain = (ofHost: ReadonlyMap<string, ReadonlyMap<string, number>>): ImageCounts =>
    Object.fromEntries([...ofHost].map(([name, values]) => [name, Object.fromEntries(values)]));
  return new Map([...counts].map(([id, ofHost]) => [id, plain(ofHost)]));
}
