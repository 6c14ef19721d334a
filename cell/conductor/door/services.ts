import type { CellDescription, CellService } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Host } from '#platform/objects/host.ts';
import { timestamp } from '#platform/time/clock.ts';
import { listAgents } from '../../database/stores/agents.ts';
import { type HostSettings, listHosts, setHost } from '../../database/stores/hosts.ts';
import { countInstances } from '../../database/stores/instances.ts';
import type { ConductorParts } from '../parts.ts';

/** The state of the cell; answers also while its database or its Redis does not. */
export async function describeCell(parts: ConductorParts): Promise<CellDescription> {
  const { database, waker, cell, clock } = parts;
  const counted = countInstances(database.read).catch(() => null);
  const [instances, redis] = await Promise.all([counted, waker.healthy()]);
  const hosts = parts.hosts.counts();
  return {
    cellId: cell.id,
    name: cell.name,
    release: cell.release,
    sql: instances === null ? 'down' : 'ok',
    redis: redis ? 'ok' : 'down',
    hosts: hosts.hosts,
    hostsUp: hosts.up,
    instances: instances ?? 0,
    now: timestamp(clock.now()),
  };
}

/** A compute service for each host, and the conductors of the cell. */
export async function listServices(parts: ConductorParts): Promise<CellService[]> {
  const { read } = parts.database;
  const [hosts, conductors] = await Promise.all([
    listHosts(read, null, parts.clock.now()),
    listAgents(read, 'conductor'),
  ]);
  const internal = conductors.map((conductor) => ({
    id: conductor.id,
    binary: 'nova-conductor',
    host: conductor.url,
    zone: 'internal',
    enabled: true,
    disabledReason: null,
    forcedDown: false,
    up: conductor.up,
    updatedAt: timestamp(conductor.lastSeenAt),
  }));
  return [...hosts.map((host) => serviceOf(parts, host)), ...internal];
}

const serviceOf = (parts: ConductorParts, host: Host): CellService => ({
  id: host.serviceId,
  binary: 'nova-compute',
  host: host.name,
  zone: parts.settings.defaultZone,
  enabled: host.enabled,
  disabledReason: host.disabledReason,
  forcedDown: host.forcedDown,
  up: host.up,
  updatedAt: host.lastSeenAt,
});

/** @throws VolvoxError not-found; conflict for a conductor, which cannot be disabled. */
export async function updateService(parts: ConductorParts, id: string, settings: HostSettings): Promise<CellService> {
  const found = await parts.database.transaction((tx) => setHost(tx, id, settings));
  if (!found) {
    const conductors = await listAgents(parts.database.read, 'conductor');
    if (conductors.some((conductor) => conductor.id === id))
      throw new VolvoxError('conflict', `Service ${id} is a conductor; only compute services are enabled or disabled.`);
    throw new VolvoxError('not-found', `Service ${id} could not be found.`);
  }
  parts.hosts.changed([id]);
  const [host] = await listHosts(parts.database.read, [id], parts.clock.now());
  if (host === undefined) throw new VolvoxError('not-found', `Service ${id} could not be found.`);
  return serviceOf(parts, host);
}
