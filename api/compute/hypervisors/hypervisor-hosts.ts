import type { Host } from '#platform/objects/host.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';

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

export async function listHypervisors(cells: Pick<CellDoors, 'all'>): Promise<HypervisorAnswers> {
  const { answers, silent } = await askCells(cells.all(), ({ door }) =>
    door.listHosts({}, { deadlineMs: LIST_DEADLINE_MS }),
  );
  const hypervisors = answers
    .flatMap(({ cell, answer }) => answer.hosts.map((host) => ({ host, cell })))
    .sort((a, b) => (a.host.node === b.host.node ? compare(a.host.id, b.host.id) : compare(a.host.node, b.host.node)));
  return { hypervisors, silent };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A server on a host, as hypervisors name them. */
export interface HostedServer {
  readonly uuid: string;
  readonly name: string;
}

/** The servers on a hypervisor; at most as many as one page of the door holds. */
export async function serversOn({ host, cell }: Hypervisor, requestId: string): Promise<readonly HostedServer[]> {
  const { instances } = await cell.door.listInstances(
    { filter: { host: host.name }, sort: [{ key: 'uuid', direction: 'asc' }], after: null, limit: 1_000 },
    { requestId },
  );
  return instances.map(({ uuid, name }) => ({ uuid, name }));
}
