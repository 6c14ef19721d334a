import { fromJson } from '../../database/json-column.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { changedPorts, groupsOfPorts } from '../../objects/changed-ports.ts';
import type { InstanceBuild } from '../../objects/instance-build.ts';
import type { FixedIp, PortChange } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';
import { changeBuild } from './homes/change-build.ts';
import { getHomeWithBuild, lockHome } from './homes/get-homes.ts';
import { subportsOfParents } from './subports-of-servers.ts';

/** What the cell of a server is to be told when ports of the server have changed (`updateInstance`). */
export interface ToldPorts {
  readonly uuid: string;
  readonly patch: { readonly ports: PortChange[]; readonly securityGroups: InstanceBuild['securityGroups'] };
}

/**
 * Locks the home of the server that has a port, so that the port and what the build says of it change together. To be called before the port is
 * locked. @returns false when there is no such server: the owner of the port is a mere label.
 * @throws VolvoxError conflict when the server is being built or moved: its cell has read what the port was.
 */
export async function lockServerOf(tx: DirectoryTx, port: { readonly id: string; readonly deviceId: string }) {
  const home = await lockHome(tx, port.deviceId);
  if (home === null || home.state === 'deleted') return false;
  const busy = home.state === 'accepted' ? 'built' : home.moving !== null ? 'moved' : null;
  if (busy === null) return true;
  throw new VolvoxError(
    'conflict',
    `Unable to complete operation on port ${port.id}: server ${port.deviceId} is being ${busy}. Repeat the request afterwards.`,
    { details: { type: 'PortInUse' } },
  );
}

/**
 * The build of the server says what its ports are now: their addresses and groups, and the groups of the server, which are those of its ports.
 * @returns what its cell is to be told; null: no cell has the server.
 */
export async function recordPorts(tx: DirectoryTx, uuid: string, now: number): Promise<ToldPorts | null> {
  const home = await getHomeWithBuild(tx, uuid);
  if (home === null) return null;
  const rows = await tx
    .selectFrom('ports')
    .select(['id', 'revision', 'fixed_ips', 'security_group_ids'])
    .where('device_id', '=', uuid)
    // Anybody may write the id of a server on a port; only the servers' API writes this owner.
    .where('device_owner', 'like', 'compute:%')
    .orderBy('id')
    .execute();
  const subports = await subportsOfParents(
    tx,
    rows.map(({ id }) => id),
  );
  const hadSubports = new Set(home.build.ports.flatMap((port) => (port.subports === undefined ? [] : port.id)));
  const changes = rows.map((row) => ({
    id: row.id,
    revision: row.revision,
    fixedIps: fromJson<FixedIp[]>(row.fixed_ips),
    securityGroupIds: fromJson<string[]>(row.security_group_ids),
    ...(subports.has(row.id) || hadSubports.has(row.id) ? { subports: [...(subports.get(row.id) ?? [])] } : {}),
  }));
  const ports = changedPorts(home.build.ports, changes);
  const securityGroups = await named(tx, groupsOfPorts(ports, home.build.securityGroups));
  await changeBuild(tx, uuid, { ports, securityGroups }, ['placed', 'buried'], now);
  return home.cellId === null ? null : { uuid, patch: { ports: changes, securityGroups } };
}

async function named(
  tx: DirectoryTx,
  groups: InstanceBuild['securityGroups'],
): Promise<InstanceBuild['securityGroups']> {
  const rows = await tx
    .selectFrom('security_groups')
    .select(['id', 'name'])
    .where('id', 'in', ['', ...groups.map(({ id }) => id)])
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return groups.map(({ id, name }) => ({ id, name: names.get(id) ?? name }));
}
