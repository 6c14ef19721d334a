import { type Selectable, sql } from 'kysely';
import { fromJson, isoTime } from '#platform/database/json-column.ts';
import type { Host, HostReport } from '#platform/objects/host.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { SegmentType } from '#platform/objects/network.ts';
import type { NetworkOffers } from '#platform/objects/network-needs.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { cellRow } from '../cell-row.ts';
import type { HostsTable } from '../schema/hosts.ts';
import { uptimeText } from '../uptime.ts';
import { failuresOf, NO_FAILURES } from './failing-hosts.ts';

type HostRow = Selectable<HostsTable>;
export type Ratios = Host['ratios'];

/** The report of a host that only a network agent has named so far. Such a host is not shown and accepts no guests. */
export const NO_REPORT = 'null';

/** Sets `up` of an agent's hosts again, from the state of both agents of each host. */
export async function refreshUp(tx: CellTx, agentId: string): Promise<readonly string[]> {
  const mine = await tx
    .selectFrom('hosts')
    .select('id')
    .where((eb) => eb.or([eb('compute_agent_id', '=', agentId), eb('network_agent_id', '=', agentId)]))
    .orderBy('id')
    .execute();
  const ids = mine.map((row) => row.id);
  if (ids.length > 0) await refreshHosts(tx, ids);
  return ids;
}

/**
 * SQL: whether the agent of this column answers. As long as the compute agent of a host does, guests may run there whatever an operator has
 * declared, and the agent removes and stops them as it is told; `hosts.up` says whether new work is sent there.
 */
export const agentAnswers = (column: `${string}.${'compute_agent_id' | 'network_agent_id'}`) =>
  sql<boolean>`EXISTS (SELECT 1 FROM agents WHERE agents.id = ${sql.ref(column)} AND agents.up = 1)`;

async function refreshHosts(tx: CellTx, ids: readonly string[]): Promise<void> {
  await tx
    .updateTable('hosts')
    .set((eb) => ({
      version: eb('version', '+', 1),
      up: sql<number>`(hosts.forced_down = 0 AND ${agentAnswers('hosts.compute_agent_id')} AND ${agentAnswers('hosts.network_agent_id')})`,
    }))
    .where('id', 'in', ids)
    .execute();
}

export interface HostSettings {
  readonly enabled?: boolean | undefined;
  readonly disabledReason?: string | null | undefined;
  readonly forcedDown?: boolean | undefined;
}

/** Stores the settings of an operator; enabling a host forgets its failed builds. False when the host does not exist. */
export async function setHost(tx: CellTx, id: string, settings: HostSettings): Promise<boolean> {
  const { enabled, disabledReason, forcedDown } = settings;
  const { numUpdatedRows } = await tx
    .updateTable('hosts')
    .set((eb) => ({
      version: eb('version', '+', 1),
      ...(enabled === undefined
        ? {}
        : { enabled: enabled ? 1 : 0, ...(enabled ? { disabled_reason: null, ...NO_FAILURES } : {}) }),
      ...(disabledReason === undefined ? {} : { disabled_reason: disabledReason }),
      ...(forcedDown === undefined ? {} : { forced_down: forcedDown ? 1 : 0 }),
    }))
    .where('id', '=', id)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  if (forcedDown !== undefined) await refreshHosts(tx, [id]);
  return true;
}

export async function hostVersions(read: CellReader): Promise<readonly { id: string; version: number }[]> {
  return read.selectFrom('hosts').select(['id', 'version']).where('report', '!=', NO_REPORT).execute();
}

export async function listHosts(read: CellReader, ids: readonly string[] | null, now: number): Promise<Host[]> {
  if (ids?.length === 0) return [];
  let query = read
    .selectFrom('hosts')
    .leftJoin('agents', 'agents.id', 'hosts.compute_agent_id')
    .selectAll('hosts')
    .select('agents.last_seen_at')
    .where('hosts.report', '!=', NO_REPORT);
  if (ids !== null) query = query.where('hosts.id', 'in', ids);
  const [rows, groups] = await Promise.all([query.orderBy('hosts.name').execute(), groupMembers(read, ids)]);
  return rows.map((row) => toHost(row, row.last_seen_at, groups.get(row.id) ?? {}, now));
}

/** The part of a host's row that is needed to create a guest there and to wake its agents. */
export interface OperatedHost {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly up: boolean;
  readonly computeAgentId: string | null;
  readonly networkAgentId: string | null;
}

export async function readHosts(read: CellReader, ids: readonly string[]): Promise<ReadonlyMap<string, OperatedHost>> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('hosts')
    .select(['id', 'name', 'node', 'up', 'compute_agent_id', 'network_agent_id'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, cellRow(row)]));
}

/** What a host offers to ports, and its name; null: this cell does not have the host. */
export async function offersOn(
  read: CellReader,
  hostId: string,
): Promise<{ readonly name: string; readonly offers: NetworkOffers } | null> {
  const row = await read
    .selectFrom('hosts')
    .select(['name', 'segment_types', 'tags_frames'])
    .where('id', '=', hostId)
    .executeTakeFirst();
  return row === undefined ? null : { name: row.name, offers: offersOf(row) };
}

/** The compute agents of these hosts, by name; a host without one is left out. */
export async function computeAgentsOfHosts(
  read: CellReader,
  names: readonly string[],
): Promise<
  readonly { readonly hostName: string; readonly agentId: string; readonly url: string; readonly up: boolean }[]
> {
  if (names.length === 0) return [];
  const rows = await read
    .selectFrom('hosts')
    .innerJoin('agents', 'agents.id', 'hosts.compute_agent_id')
    .select(['hosts.name as host_name', 'agents.id as agent_id', 'agents.url', 'agents.up'])
    .where('hosts.name', 'in', names)
    .execute();
  return rows.map(cellRow);
}

async function groupMembers(
  read: CellReader,
  ids: readonly string[] | null,
): Promise<ReadonlyMap<string, Record<string, number>>> {
  let query = read
    .selectFrom('claims')
    .select((eb) => ['host_id', 'group_id', eb.fn.countAll<number | bigint>().as('members')])
    .where('group_id', 'is not', null)
    .groupBy(['host_id', 'group_id']);
  if (ids !== null) query = query.where('host_id', 'in', ids);
  const members = new Map<string, Record<string, number>>();
  for (const row of await query.execute()) {
    const groups = members.get(row.host_id) ?? {};
    if (row.group_id !== null) groups[row.group_id] = Number(row.members);
    members.set(row.host_id, groups);
  }
  return members;
}

/** What a host offers to ports, of its row. */
export const offersOf = (row: Pick<HostRow, 'segment_types' | 'tags_frames'>): Pick<Host, keyof NetworkOffers> => ({
  ...(row.segment_types === null ? {} : { segmentTypes: fromJson<SegmentType[]>(row.segment_types) }),
  ...(row.tags_frames === null ? {} : { tagsFrames: row.tags_frames === 1 }),
});

function toHost(row: HostRow, lastSeenAt: number | null, groups: Record<string, number>, now: number): Host {
  const report = fromJson<HostReport>(row.report);
  return {
    ...report,
    uptime: report.bootedAt === undefined ? report.uptime : uptimeText(Date.parse(report.bootedAt), now),
    id: row.id,
    version: row.version,
    problem: [row.compute_problem, row.network_problem].filter(Boolean).join('; ') || null,
    serviceId: row.id,
    up: row.up === 1,
    forcedDown: row.forced_down === 1,
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    lastSeenAt: lastSeenAt === null ? null : timestamp(lastSeenAt),
    startedAt: isoTime(row.started_at),
    ratios: fromJson<Ratios>(row.ratios),
    used: { vcpus: row.used_vcpus, ramMb: row.used_ram_mb, diskGb: row.used_disk_gb },
    ...(row.nodes_used === null ? {} : { nodesUsed: fromJson<NodeUse[]>(row.nodes_used) }),
    ...(row.devices_used === null ? {} : { devicesUsed: fromJson<string[]>(row.devices_used) }),
    runningGuests: row.guests,
    ...failuresOf(row, now),
    groups,
    labels: {},
    ...offersOf(row),
  };
}
