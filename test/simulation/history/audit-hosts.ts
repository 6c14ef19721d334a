import { isLive } from '../region/physical-hosts.ts';
import type { World } from '../region/world.ts';

const FOUND: Readonly<Record<string, string>> = {
  running: 'running',
  stopped: 'shutdown',
  paused: 'paused',
  suspended: 'suspended',
};

/** The hosts have what the cells believe: no guest too many, none missing, each in its desired power. */
export function auditHosts({ cells, hosts }: World): string[] {
  const wrong: string[] = [];
  const known = new Map(
    cells.flatMap(({ sql, name }) =>
      sql
        .look<{ id: string; power: string; settled: number; host: string; uuid: string }>(
          'SELECT g.id, g.power, g.settled, h.name AS host, g.instance_uuid AS uuid FROM guests g JOIN hosts h ON h.id = g.host_id',
        )
        .map((row) => [row.id, { ...row, cell: name }] as const),
    ),
  );
  for (const [id, guest] of hosts.guests) {
    const row = known.get(id);
    if (row === undefined)
      wrong.push(`a guest is left on ${guest.desired.hostName} of ${guest.desired.spec.instanceUuid}`);
    else if (row.host !== guest.desired.hostName)
      wrong.push(`guest ${id} is on ${guest.desired.hostName}, its row says ${row.host}`);
    else if (row.settled === 1 && FOUND[row.power] !== guest.power)
      wrong.push(`guest ${id} is ${guest.power}, its desired power is ${row.power}`);
  }
  for (const [id, row] of known) {
    if (!hosts.guests.has(id) && row.settled === 1) wrong.push(`guest ${id} of ${row.uuid} is not on ${row.host}`);
  }
  const running = [...hosts.guests.values()].filter(isLive);
  for (const [uuid, guests] of Map.groupBy(running, ({ desired }) => desired.spec.instanceUuid)) {
    if (guests.length > 1) wrong.push(`${guests.length} guests of ${uuid} run in the end`);
  }
  return wrong;
}
