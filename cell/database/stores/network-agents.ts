import { isoTime } from '#platform/database/json-column.ts';
import type { NetworkAgent } from '#platform/objects/network-agent.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { CellReader } from '../cell-database.ts';

/** The network agents of all hosts, by host. @param networkIds of hosts that have a port of one of these networks alone; null: of all. */
export async function networkAgents(read: CellReader, networkIds: readonly string[] | null): Promise<NetworkAgent[]> {
  if (networkIds?.length === 0) return [];
  const [rows, plugged] = await Promise.all([
    read
      .selectFrom('hosts')
      .innerJoin('agents', 'agents.id', 'hosts.network_agent_id')
      .select(['hosts.id', 'hosts.name', 'hosts.enforces_groups', 'hosts.network_problem'])
      .select(['agents.up', 'agents.release', 'agents.started_at', 'agents.last_seen_at'])
      .orderBy('hosts.name')
      .execute(),
    networksOfHosts(read, networkIds),
  ]);
  return rows.flatMap((row) => {
    const ports = plugged.get(row.id) ?? [];
    if (networkIds !== null && ports.length === 0) return [];
    return {
      id: row.id,
      host: row.name,
      up: row.up === 1,
      release: row.release,
      startedAt: isoTime(row.started_at),
      lastSeenAt: timestamp(Number(row.last_seen_at)),
      takesDefinitions: row.enforces_groups === 1,
      problem: row.network_problem,
      ports: ports.reduce((sum, count) => sum + count, 0),
      networks: ports.length,
    };
  });
}

/** How many ports each host has of each of its networks. */
async function networksOfHosts(
  read: CellReader,
  networkIds: readonly string[] | null,
): Promise<ReadonlyMap<string, readonly number[]>> {
  let query = read
    .selectFrom('port_bindings')
    .select((eb) => ['host_id', 'network_id', eb.fn.countAll<number | bigint>().as('ports')])
    .where('present', '=', 1)
    .groupBy(['host_id', 'network_id']);
  if (networkIds !== null) query = query.where('network_id', 'in', networkIds);
  const counts = new Map<string, number[]>();
  for (const { host_id, ports } of await query.execute())
    counts.set(host_id, [...(counts.get(host_id) ?? []), Number(ports)]);
  return counts;
}
