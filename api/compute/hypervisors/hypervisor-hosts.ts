import type { Host } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { askCells, cellsAreSilent, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';
import { admitReports } from '../../cross-cell/reports-of-cells.ts';
import type { ApiDeps } from '../../deps.ts';

export type HypervisorDeps = Pick<ApiDeps, 'cells' | 'directory' | 'caches' | 'sightings'>;

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
export async function listHypervisors(cells: Pick<CellDoors, 'all'>, reader: Reader): Promise<HypervisorAnswers> {
  const { answers, silent } = await askCells(cells.all(), reader, ({ door }, options) => door.listHosts({}, options));
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

/** The servers that live on a hypervisor, all of them, by uuid; only those that the directory has in its cell. */
export const serversOn = (
  deps: HypervisorDeps,
  hypervisor: Hypervisor,
  reader: Reader,
): Promise<readonly HostedServer[]> => viewsOfServersOn(deps, hypervisor, reader, ({ uuid, name }) => ({ uuid, name }));

/** The same, of each server what `view` takes from it. */
export async function viewsOfServersOn<V>(
  deps: HypervisorDeps,
  { host, cell }: Hypervisor,
  { requestId, signal }: Reader,
  view: (instance: Instance) => V,
): Promise<readonly V[]> {
  const views: V[] = [];
  for (let last: Instance | undefined; ; ) {
    const { instances } = await cell.door.listInstances(
      {
        filter: { host: host.name, deleted: false },
        sort: [{ key: 'uuid', direction: 'asc' }],
        after: last === undefined ? null : [last.uuid],
        limit: PAGE,
      },
      { requestId, signal },
    );
    const [admitted = []] = await admitReports(deps, [{ cell, instances }]);
    views.push(...admitted.map(view));
    const next = instances.at(-1);
    // Whatever the cell answers, this ends: a page begins after the one before it.
    if (instances.length < PAGE || next === undefined || (last !== undefined && next.uuid <= last.uuid)) return views;
    last = next;
  }
}
