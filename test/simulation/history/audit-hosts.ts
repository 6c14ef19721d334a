import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import { hasMachine, isLive, type PhysicalGuest } from '../region/physical-hosts.ts';
import type { World } from '../region/world.ts';

const FOUND: Readonly<Record<string, string>> = {
  running: 'running',
  stopped: 'shutdown',
  paused: 'paused',
  suspended: 'suspended',
};

/** How a settled guest differs from its desired parts. */
function wrongParts(guest: PhysicalGuest, text: string | null): string[] {
  const { boot, rebuild } = text === null ? NO_PARTS : (JSON.parse(text) as GuestParts);
  const desiredId = boot.from === 'rescue' ? boot.rescueId : null;
  const observedId = hasMachine(guest) ? guest.rescueId : desiredId;
  return [
    ...(observedId === desiredId ? [] : [`runs from rescue ${observedId}, and should from ${desiredId}`]),
    ...(guest.rebuilds >= rebuild.count ? [] : [`was rebuilt ${guest.rebuilds} times, and should be ${rebuild.count}`]),
  ];
}

/** The hosts have what the cells believe: no guest too many, none missing, each in its desired power. */
export function auditHosts({ cells, hosts }: World): string[] {
  const wrong: string[] = [];
  const known = new Map(
    cells.flatMap(({ sql, name }) =>
      sql
        .look<{ id: string; power: string; settled: number; parts: string | null; host: string; uuid: string }>(
          'SELECT g.id, g.power, g.settled, g.parts, h.name AS host, g.instance_uuid AS uuid FROM guests g JOIN hosts h ON h.id = g.host_id',
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
    else if (row.settled === 1) wrong.push(...wrongParts(guest, row.parts).map((what) => `guest ${id} ${what}`));
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
