import type { DirectoryReader } from '../directory.ts';

/** The routers that have an interface in one of these networks, by id. */
export async function routersIn(read: DirectoryReader, networkIds: readonly string[]): Promise<readonly string[]> {
  if (networkIds.length === 0) return [];
  const rows = await read
    .selectFrom('router_interfaces')
    .select('router_id')
    .distinct()
    .where('network_id', 'in', [...networkIds])
    .orderBy('router_id')
    .execute();
  return rows.map(({ router_id }) => router_id);
}
