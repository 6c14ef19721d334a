import type { CellReader } from '../cell-database.ts';

/** Something that is on a host of another agent. */
export interface ElsewhereId {
  readonly id: string;
  readonly hostName: string;
}

/** Those of the ids that are guests on hosts of another compute agent. */
export async function guestsElsewhere(
  read: CellReader,
  agentId: string,
  ids: readonly string[],
): Promise<readonly ElsewhereId[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'hosts.name'])
    .where('guests.id', 'in', ids)
    .where('hosts.compute_agent_id', '!=', agentId)
    .execute();
  return rows.map(({ id, name }) => ({ id, hostName: name }));
}

/** Those of the ids that are port bindings on hosts of another network agent. */
export async function bindingsElsewhere(
  read: CellReader,
  agentId: string,
  ids: readonly string[],
): Promise<readonly ElsewhereId[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'hosts.name'])
    .where('port_bindings.id', 'in', ids)
    .where('hosts.network_agent_id', '!=', agentId)
    .execute();
  return rows.map(({ id, name }) => ({ id, hostName: name }));
}

/** The names among these of hosts that this compute agent drives. */
export async function namesOfOwnHosts(
  read: CellReader,
  agentId: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await read
    .selectFrom('hosts')
    .select('name')
    .where('name', 'in', [...new Set(names)])
    .where('compute_agent_id', '=', agentId)
    .execute();
  return new Set(rows.map(({ name }) => name));
}
