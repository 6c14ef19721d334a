import { dueAmong } from '#platform/directory/stores/definitions/due.ts';
import { getHomes } from '#platform/directory/stores/homes/get-homes.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { PortOnHost } from '#platform/objects/port-binding.ts';
import { askCells } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiRequest } from '../../http/route.ts';
import type { Seat } from './traced-port.ts';

/** What one call of a door takes. */
const PORTS_AT_ONCE = 1_000;

interface Seats {
  /** By port; a port that no server uses has none. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** Names of cells that did not answer: their ports have no host. */
  readonly silentCells: readonly string[];
}

/** Where these ports are plugged: the cell as the directory knows it, the host as the cell tells it. Of a moving port, the host that has built it. */
export async function findSeats(
  { directory, cells }: Pick<ApiDeps, 'directory' | 'cells'>,
  request: Pick<ApiRequest, 'requestId' | 'signal'>,
  ports: readonly PortRecord[],
): Promise<Seats> {
  const used = ports.filter(({ deviceOwner }) => deviceOwner.startsWith('compute:'));
  const homes = await getHomes(directory.read, [...new Set(used.map(({ deviceId }) => deviceId))]);
  const cellOf = new Map(homes.map(({ uuid, cellId }) => [uuid, cellId]));
  const byCell = Map.groupBy(used, ({ deviceId }) => cellOf.get(deviceId) ?? null);
  const asked = cells.all().filter(({ id }) => byCell.has(id));
  const seats = new Map<string, Seat>();
  const { answers, silent } = await askCells(asked, request, async ({ id, door }, options) => {
    const ids = (byCell.get(id) ?? []).map((port) => port.id);
    const parts = Array.from({ length: Math.ceil(ids.length / PORTS_AT_ONCE) }, (_, at) =>
      door.portsOnHosts({ portIds: ids.slice(at * PORTS_AT_ONCE, (at + 1) * PORTS_AT_ONCE) }, options),
    );
    return (await Promise.all(parts)).flatMap((part) => part.ports);
  });
  for (const cell of asked) {
    const told = answers.find((one) => one.cell === cell)?.answer ?? [];
    const changing = await changingPorts(directory, cell, byCell.get(cell.id) ?? []);
    for (const { id } of byCell.get(cell.id) ?? [])
      seats.set(id, { cell: cell.name, host: hostOf(told, id), isChanging: changing.has(id) });
  }
  return { seats, silentCells: silent.map(({ name }) => name) };
}

function hostOf(told: readonly PortOnHost[], portId: string): Seat['host'] {
  const of = told.filter((one) => one.portId === portId);
  const best = of.find(({ settled, error }) => settled && error === null) ?? of[0];
  return best === undefined ? null : { ...best, name: best.hostName };
}

/** Ports of which a definition, or one of a group of theirs, is due in the cell. */
async function changingPorts(
  { read }: ApiDeps['directory'],
  { id }: CellDoor,
  ports: readonly PortRecord[],
): Promise<ReadonlySet<string>> {
  const groups = new Set(ports.flatMap(({ securityGroupIds }) => securityGroupIds));
  const due = await dueAmong(read, id, [
    ...ports.map((port) => ({ kind: 'port' as const, id: port.id })),
    ...[...groups].map((group) => ({ kind: 'group' as const, id: group })),
  ]);
  const isDue = new Set(due.map((one) => one.id));
  return new Set(
    ports
      .filter((port) => isDue.has(port.id) || port.securityGroupIds.some((group) => isDue.has(group)))
      .map((port) => port.id),
  );
}
