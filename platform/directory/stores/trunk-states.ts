import type { Reader } from '../../database/database.ts';
import type { DirectoryWriter } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import type { TrunkRecord } from './trunks.ts';

/** A trunk whose parent a server has. */
export interface TrunkToLookAt extends Pick<TrunkRecord, 'id' | 'portId' | 'status' | 'revision' | 'lookedAt'> {
  /** Where the server lives. */
  readonly cellId: string;
  readonly subportIds: readonly string[];
}

/** Trunks of servers in cells that were last looked at before these moments, the longest ago first. */
export async function listTrunksToLookAt(
  read: Reader<DirectoryTables>,
  before: { readonly active: number; readonly others: number },
  limit: number,
): Promise<readonly TrunkToLookAt[]> {
  const rows = await read
    .selectFrom('trunks')
    .innerJoin('ports', 'ports.id', 'trunks.port_id')
    .innerJoin('instance_homes', 'instance_homes.uuid', 'ports.device_id')
    .select(['trunks.id', 'trunks.port_id', 'trunks.status', 'trunks.revision', 'trunks.looked_at'])
    .select('instance_homes.cell_id')
    .where('trunks.looked_at', '<=', before.others)
    .where((eb) => eb.or([eb('trunks.status', '<>', 'ACTIVE'), eb('trunks.looked_at', '<=', before.active)]))
    .where('ports.device_owner', 'like', 'compute:%')
    .where('instance_homes.cell_id', 'is not', null)
    .orderBy('trunks.looked_at')
    .orderBy('trunks.id')
    .limit(limit)
    .execute();
  if (rows.length === 0) return [];
  const subports = await read
    .selectFrom('subports')
    .select(['trunk_id', 'port_id'])
    .where(
      'trunk_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('port_id')
    .execute();
  const byTrunk = Map.groupBy(subports, ({ trunk_id }) => trunk_id);
  return rows.map(({ id, port_id, status, revision, looked_at, cell_id }) => ({
    ...{ id, portId: port_id, status, revision, lookedAt: looked_at, cellId: cell_id ?? '' },
    subportIds: (byTrunk.get(id) ?? []).map((subport) => subport.port_id),
  }));
}

/** Writes down the state of a trunk, unless its subports or its parent's server changed since it was read. Its revision stays: no user changed it. */
export async function writeTrunkState(
  write: DirectoryWriter,
  { id, revision, status: before, lookedAt: seen }: TrunkToLookAt,
  { status, lookedAt }: Pick<TrunkRecord, 'status' | 'lookedAt'>,
): Promise<void> {
  if (status === before && lookedAt === seen) return;
  await write
    .updateTable('trunks')
    .set({ status, looked_at: lookedAt })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('status', '=', before)
    .where('looked_at', '=', seen)
    .execute();
}
