import type { Sql } from './region-sql.ts';

export interface HomeRow {
  readonly uuid: string;
  readonly project_id: string;
  readonly state: string;
  readonly cell: string | null;
  readonly placing_cell_id: string | null;
  readonly moving_operation_id: string | null;
  readonly epoch: number;
  readonly vcpus: number;
  readonly ram_mb: number;
}
interface PortRow {
  readonly id: string;
  readonly device_id: string;
}

/** What the directory says there is: homes that are not deleted, with the name of their cell, and ports that belong to servers. */
export interface DirectoryBooks {
  readonly homes: readonly HomeRow[];
  readonly ports: readonly PortRow[];
  /** What in the directory alone does not agree, or is left over. */
  readonly differences: readonly string[];
}

export async function readDirectory(sql: Sql): Promise<DirectoryBooks> {
  const [homes, ports, more] = await Promise.all([
    sql.rows<HomeRow>(
      `SELECT h.uuid, h.project_id, h.state, c.name AS cell, h.placing_cell_id, h.moving_operation_id, h.epoch, h.vcpus, h.ram_mb
       FROM instance_homes h LEFT JOIN cells c ON c.id = h.cell_id WHERE h.state <> 'deleted'`,
    ),
    sql.rows<PortRow>(`SELECT id, device_id FROM ports WHERE device_id <> ''`),
    Promise.all([unfinished(sql), quota(sql), leftovers(sql)]),
  ]);
  return { homes, ports, differences: [...more.flat(), ...unplaced(homes), ...portsOf(homes, ports)] };
}

/** Operations that have not ended, of any tier. */
export async function unfinished(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ kind: string; subject: string; state: string; message: string | null }>(
    'SELECT kind, subject, state, message FROM operations WHERE finished_at IS NULL',
  );
  return rows.map(({ kind, subject, state, message }) => `operation ${kind} of ${subject} is ${state} (${message})`);
}

const unplaced = (homes: readonly HomeRow[]): string[] =>
  homes.flatMap(({ uuid, state, placing_cell_id: placing, moving_operation_id: moving }) => [
    ...(state === 'accepted' || placing !== null ? [`home of ${uuid} is ${state}, and being placed`] : []),
    ...(moving === null ? [] : [`home of ${uuid} is in the hand of the move ${moving}`]),
  ]);

function portsOf(homes: readonly HomeRow[], ports: readonly PortRow[]): string[] {
  const servers = new Set(homes.map(({ uuid }) => uuid));
  return ports.flatMap(({ id, device_id: server }) =>
    servers.has(server) ? [] : [`port ${id} belongs to no server (${server})`],
  );
}

/** The usage of each project's quota is the sum of its servers. */
async function quota(sql: Sql): Promise<string[]> {
  const [reserved, used] = await Promise.all([
    sql.rows<{ project_id: string; instances: string; cores: string; ram: string }>(
      `SELECT project_id, COUNT(*) AS instances, SUM(vcpus) AS cores, SUM(ram_mb) AS ram
       FROM instance_homes WHERE state <> 'deleted' GROUP BY project_id`,
    ),
    sql.rows<{ project_id: string; resource: 'instances' | 'cores' | 'ram'; in_use: string }>(
      `SELECT project_id, resource, in_use FROM quota_usages WHERE resource IN ('instances', 'cores', 'ram')`,
    ),
  ]);
  const known = used.flatMap(({ project_id: project, resource, in_use: inUse }) => {
    const ofProject = reserved.find((row) => row.project_id === project);
    const expected = Number(ofProject?.[resource] ?? 0);
    return Number(inUse) === expected
      ? []
      : [`quota of ${project}: ${resource} ${inUse} in use, servers use ${expected}`];
  });
  const without = reserved.filter((row) => !used.some((usage) => usage.project_id === row.project_id));
  return [...known, ...without.map((row) => `project ${row.project_id} has ${row.instances} servers and no usage`)];
}

async function leftovers(sql: Sql): Promise<string[]> {
  const counts = await Promise.all([
    count(sql, 'orphaned placements', 'SELECT COUNT(*) AS n FROM stray_builds'),
    count(sql, 'open quota reservations', 'SELECT COUNT(*) AS n FROM hold_changes'),
    count(
      sql,
      'addresses of ports that are gone',
      `SELECT COUNT(*) AS n FROM address_allocations a LEFT JOIN ports p ON p.id = a.port_id
       WHERE a.port_id IS NOT NULL AND p.id IS NULL`,
    ),
  ]);
  return counts.flat();
}

/** Names what is counted when there is any. */
export async function count(sql: Sql, what: string, statement: string): Promise<string[]> {
  const [row] = await sql.rows<{ n: string | number }>(statement);
  const n = Number(row?.n ?? 0);
  return n === 0 ? [] : [`${n} ${what}`];
}
