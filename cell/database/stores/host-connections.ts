import { fromJson } from '#platform/database/json-column.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { CellReader } from '../cell-database.ts';

/** The kinds of connections to disks that a host can make, as its agent reports them; none for an agent of an earlier release. */
export async function diskConnectionsOf(read: CellReader, hostId: string): Promise<readonly string[]> {
  const row = await read.selectFrom('hosts').select('report').where('id', '=', hostId).executeTakeFirst();
  return row === undefined ? [] : (fromJson<HostReport>(row.report).capabilities.diskConnections ?? []);
}
