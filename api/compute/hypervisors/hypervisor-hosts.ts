import type { Host } from '#platform/objects/host.ts';
import { askCells, cellsAreSilent, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';
import type { ApiRequest } from '../../http/route.ts';

/** A hypervisor is a host of some cell. */
export interface Hypervisor {
  readonly host: Host;
  readonly cell: CellDoor;
}
export interface HypervisorAnswers {
  /** By host name, then id. */
  readonly hypervisors: readonly Hypervisor[];
  readonly silent: readonly CellDoor[];
}

/** @throws VolvoxError unavailable when no cell answers: an empty list would say that there are no hosts. */
export async function listHypervisors(cells: Pick<CellDoors, 'all'>): Promise<HypervisorAnswers> {
  const { answers, silent } = await askCells(cells.all(), ({ door }) =>
    door.listHosts({}, { deadlineMs: LIST_DEADLINE_MS }),
  );
  const hypervisors = answers
    .flatMap(({ cell, answer }) => answer.hosts.map((host) => ({ host, cell })))
    .sort((a, b) => (a.host.node === b.host.node ? compare(a.host.id, b.host.id) : compare(a.host.node, b.host.node)));
  if (answers.length === 0 && silent.length > 0) throw cellsAreSilent(silent);
  return { hypervisors, silent };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A server on a host, as hypervisors name them. */
export interface HostedServer {
  readonly uuid: string;
  readonly name: string;
}

/** The maximum page size of a door. */
const PAGE = 1_000;

/** The servers that live on a hypervisor, all of them, by uuid. */
export async function serversOn(
  { host, cell }: Hypervisor,
  { requestId, signal }: Pick<ApiRequest, 'requestId' | 'signal'>,
): Promise<readonly HostedServer[]> {
  const servers: HostedServer[] = [];
  for (;;) {
    const last = servers.at(-1);
    const { instances } = await cell.door.listInstances(
      {
        filter: { host: host.name, deleted: false },
        sort: [{ key: 'uuid', direction: 'asc' }],
        after: last === undefined ? null : [last.uuid],
        limit: PAGE,
      },
      { requestId, signal },
    );
    servers.push(...instances.map(({ uuid, name }) => ({ uuid, name })));
    if (instances.length < PAGE) return servers;
  }
}
