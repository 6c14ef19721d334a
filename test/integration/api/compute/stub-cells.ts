import type { CellService, InstancePage } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Host } from '#platform/objects/host.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';

export const aHost = (name: string, id: string, rest: Partial<Host> = {}): Host => ({
  name,
  node: name,
  hypervisorType: 'QEMU',
  hypervisorVersion: 7002000,
  total: { vcpus: 8, ramMb: 16_384, diskGb: 100 },
  reserved: { vcpus: 0, ramMb: 512, diskGb: 0 },
  cpuInfo: { arch: 'x86_64', features: [] },
  hostIp: '10.0.0.1',
  capabilities: {},
  uptime: ' 08:32:11 up 93 days',
  id,
  version: 1,
  serviceId: id.replace(/^./, 'a'),
  up: true,
  forcedDown: false,
  enabled: true,
  disabledReason: null,
  lastSeenAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  ratios: { vcpus: 4, ramMb: 1, diskGb: 1 },
  used: { vcpus: 2, ramMb: 1024, diskGb: 10 },
  runningGuests: 1,
  buildFailures: 0,
  groups: {},
  labels: {},
  ...rest,
});

const serviceOf = (host: Host): CellService => ({
  id: host.serviceId,
  binary: 'nova-compute',
  host: host.name,
  zone: 'nova',
  enabled: host.enabled,
  disabledReason: host.disabledReason,
  forcedDown: host.forcedDown,
  up: host.up,
  updatedAt: '2026-01-01T00:00:00.5Z',
});

interface StubCell {
  readonly name: string;
  hosts: readonly Host[];
  servers: readonly { uuid: string; name: string; host: string; deleted?: boolean; flavor?: Flavor }[];
  silent: boolean;
  /** What the door was asked to change. */
  readonly updates: unknown[];
}
export const aCell = (name: string, hosts: readonly Host[]): StubCell => ({
  name,
  hosts,
  servers: [],
  silent: false,
  updates: [],
});

const IDENTITY = { epoch: 1, projectId: 'a project' };

/** Cells whose doors answer from memory, or not at all. */
export function stubCells(
  cells: readonly StubCell[],
  describeScheduler: () => Promise<unknown> = async () => ({ cells: [] }),
): Pick<ApiDeps, 'cells' | 'scheduler' | 'caches'> {
  const doors = cells.map((cell) => {
    const answering =
      <A extends unknown[], R>(answer: (...args: A) => R) =>
      async (...args: A): Promise<R> => {
        if (cell.silent) throw new VolvoxError('deadline-exceeded', 'no answer');
        return answer(...args);
      };
    return {
      id: cell.name,
      name: cell.name,
      enabled: true,
      door: {
        listHosts: answering(() => ({ hosts: cell.hosts })),
        listServices: answering(() => ({
          services: [
            ...cell.hosts.map(serviceOf),
            {
              ...serviceOf(aHost(`conductor-${cell.name}`, 'c0000000-0000-4000-8000-00000000000c')),
              binary: 'nova-conductor',
            },
          ],
        })),
        updateService: answering(
          (change: { id: string; enabled?: boolean; disabledReason?: string | null; forcedDown?: boolean }) => {
            cell.updates.push(change);
            cell.hosts = cell.hosts.map((host) =>
              host.serviceId === change.id ? { ...host, ...change, id: host.id } : host,
            );
            const host = cell.hosts.find(({ serviceId }) => serviceId === change.id);
            if (host === undefined) throw new VolvoxError('not-found', 'no such service');
            return serviceOf(host);
          },
        ),
        listInstances: answering(({ filter, after, limit }: InstancePage) => ({
          instances: cell.servers
            .filter(({ host }) => host === filter.host)
            .filter(({ deleted = false }) => filter.deleted === undefined || deleted === filter.deleted)
            .filter(({ uuid }) => after === null || uuid > String(after.at(-1)))
            .sort((a, b) => (a.uuid < b.uuid ? -1 : 1))
            .slice(0, limit)
            .map((server) => ({ ...server, ...IDENTITY })),
        })),
      },
    };
  });
  return {
    cells: { all: () => doors, find: (id: string) => doors.find((cell) => cell.id === id) },
    scheduler: { describe: describeScheduler },
    // The home of every server is remembered.
    caches: {
      ...createCaches(),
      homes: {
        get: (uuid: string) => {
          const cell = cells.find(({ servers }) => servers.some((server) => server.uuid === uuid));
          return cell && { cellId: cell.name, ...IDENTITY };
        },
      },
    },
  } as unknown as Pick<ApiDeps, 'cells' | 'scheduler' | 'caches'>;
}
