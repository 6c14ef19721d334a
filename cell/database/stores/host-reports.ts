import { randomUUID } from 'node:crypto';
import { type Insertable, sql } from 'kysely';
import { toJson } from '#platform/database/json-column.ts';
import { capacity, type HostReport } from '#platform/objects/host.ts';
import type { SegmentType } from '#platform/objects/network.ts';
import type { CellTx } from '../cell-database.ts';
import type { HostsTable } from '../schema/hosts.ts';
import { NO_REPORT, type Ratios } from './hosts.ts';

/** Stores a compute agent's reports of its hosts. The hosts belong to the agent from now on; hosts that it names no more have no agent. */
export async function saveReports(
  tx: CellTx,
  agentId: string,
  reports: readonly HostReport[],
  ratios: Ratios,
  startedAt: string,
): Promise<void> {
  const names = reports.map((report) => report.name);
  await releaseOthers(tx, 'compute_agent_id', agentId, names);
  if (reports.length === 0) return;
  const rows = reports.map(({ problem = null, ...report }) => {
    const most = capacity({ total: report.total, reserved: report.reserved, ratios });
    return {
      ...emptyHost(report.name, startedAt),
      node: report.node,
      report: toJson(report),
      ratios: toJson(ratios),
      capacity_vcpus: most.vcpus,
      capacity_ram_mb: most.ramMb,
      capacity_disk_gb: most.diskGb,
      compute_agent_id: agentId,
      compute_problem: problem,
    };
  });
  await tx
    .insertInto('hosts')
    .values(rows)
    .onDuplicateKeyUpdate((eb) => ({
      version: eb('hosts.version', '+', 1),
      node: given('node'),
      report: given('report'),
      ratios: given('ratios'),
      capacity_vcpus: given('capacity_vcpus'),
      capacity_ram_mb: given('capacity_ram_mb'),
      capacity_disk_gb: given('capacity_disk_gb'),
      compute_agent_id: given('compute_agent_id'),
      compute_problem: given('compute_problem'),
      started_at: given('started_at'),
    }))
    .execute();
}

/** The value that the statement would have inserted. */
const given = <T>(column: string) => sql<T>`VALUES(${sql.ref(column)})`;

/** Records which network agent serves which hosts, also for a host that no compute agent has named yet. */
export async function saveNetworkAgent(
  tx: CellTx,
  agentId: string,
  hosts: readonly {
    readonly name: string;
    readonly problem?: string | null | undefined;
    readonly takesDefinitions?: boolean | undefined;
    readonly tagsFrames?: boolean | undefined;
    readonly segmentTypes?: readonly SegmentType[] | undefined;
  }[],
  startedAt: string,
): Promise<void> {
  await releaseOthers(
    tx,
    'network_agent_id',
    agentId,
    hosts.map(({ name }) => name),
  );
  if (hosts.length === 0) return;
  await tx
    .insertInto('hosts')
    .values(
      hosts.map(({ name, problem = null, takesDefinitions = false, tagsFrames, segmentTypes }) => ({
        ...emptyHost(name, startedAt),
        network_agent_id: agentId,
        network_problem: problem,
        enforces_groups: takesDefinitions ? 1 : 0,
        tags_frames: tagsFrames === undefined ? null : Number(tagsFrames),
        segment_types: segmentTypes === undefined ? null : toJson(segmentTypes),
      })),
    )
    .onDuplicateKeyUpdate((eb) => ({
      version: eb('hosts.version', '+', 1),
      network_agent_id: given('network_agent_id'),
      network_problem: given('network_problem'),
      enforces_groups: given('enforces_groups'),
      tags_frames: given('tags_frames'),
      segment_types: given('segment_types'),
    }))
    .execute();
}

/** Hosts of this agent with other names than these belong to no agent of the kind any more. */
async function releaseOthers(
  tx: CellTx,
  column: 'compute_agent_id' | 'network_agent_id',
  agentId: string,
  names: readonly string[],
): Promise<void> {
  await tx
    .updateTable('hosts')
    .set((eb) => ({ [column]: null, up: 0, version: eb('version', '+', 1) }))
    .where(column, '=', agentId)
    .where('name', 'not in', ['', ...names])
    .execute();
}

const emptyHost = (name: string, startedAt: string): Insertable<HostsTable> => ({
  id: randomUUID(),
  name,
  node: name,
  version: 1,
  report: NO_REPORT,
  ratios: NO_REPORT,
  capacity_vcpus: 0,
  capacity_ram_mb: 0,
  capacity_disk_gb: 0,
  used_vcpus: 0,
  used_ram_mb: 0,
  used_disk_gb: 0,
  guests: 0,
  compute_agent_id: null,
  network_agent_id: null,
  compute_problem: null,
  network_problem: null,
  up: 0,
  enabled: 1,
  disabled_reason: null,
  forced_down: 0,
  build_failures: 0,
  started_at: startedAt,
});
