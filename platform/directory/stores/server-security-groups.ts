import { fromJson, sqlTime, toJson } from '../../database/json-column.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { timestamp } from '../../time/clock.ts';
import type { DirectoryTx } from '../directory.ts';
import { getHomeWithBuild, lockHome } from './homes/get-homes.ts';
import { groupCalled, keepSecurityGroups, requireOneKind, type SecurityGroupRecord } from './security-groups.ts';
import { recordPorts, type ToldPorts } from './server-of-port.ts';

interface ServerGroupChange {
  readonly uuid: string;
  /** The id or the name of a group of the server's project. */
  readonly group: string;
  readonly change: 'add' | 'remove';
}

/**
 * Gives every port of a server a security group, or takes it from them, in the directory: ports and build change together. Both may be repeated.
 * The directory is where a server's groups are said; its cell is told afterwards.
 * @returns what the cell is to be told, and whether the server had the group before.
 * @throws VolvoxError not-found (server, group, or no port), conflict (no cell has the server, it is being moved, or the name is that of
 * several groups), invalid (a port that cannot have groups).
 */
export async function changeServerGroups(
  tx: DirectoryTx,
  { uuid, group: idOrName, change }: ServerGroupChange,
  now: number,
): Promise<{ readonly told: ToldPorts; readonly groupId: string; readonly hadGroup: boolean }> {
  await lockHome(tx, uuid);
  const home = await getHomeWithBuild(tx, uuid);
  if (home === null || home.state === 'deleted') {
    throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  }
  const { projectId, build } = home;
  if (home.state !== 'placed') throw new VolvoxError('conflict', `Instance ${uuid} has no host yet.`);
  if (home.moving !== null) throw new VolvoxError('conflict', `Instance ${uuid} is being moved.`);
  const groups = await keepSecurityGroups(tx, projectId);
  const { id } = groupCalled(groups, projectId, idOrName, () => {
    throw new VolvoxError('not-found', `Security group ${idOrName} is not found for project ${projectId}`);
  });
  const hadPort = await changePorts(tx, uuid, { id, change, kinds: groups }, now);
  const hadGroup = hadPort || build.securityGroups.some((one) => one.id === id);
  const told = await recordPorts(tx, uuid, now);
  if (told === null) throw new VolvoxError('conflict', `Instance ${uuid} has no host yet.`);
  return { told, groupId: id, hadGroup };
}

/** @returns whether a port had the group. */
async function changePorts(
  tx: DirectoryTx,
  uuid: string,
  {
    id: groupId,
    change,
    kinds,
  }: {
    readonly id: string;
    readonly change: ServerGroupChange['change'];
    readonly kinds: readonly SecurityGroupRecord[];
  },
  now: number,
): Promise<boolean> {
  const rows = await tx
    .selectFrom('ports')
    .select(['id', 'fixed_ips', 'security_group_ids', 'port_security_enabled'])
    .where('device_id', '=', uuid)
    .orderBy('id')
    .forUpdate()
    .execute();
  const ports = rows.map((row) => ({
    id: row.id,
    groupIds: fromJson<string[]>(row.security_group_ids),
    takesGroups: row.port_security_enabled === 1 && fromJson<unknown[]>(row.fixed_ips).length > 0,
  }));
  if (ports.length === 0) {
    throw new VolvoxError('not-found', `instance_id ${uuid} could not be found as device id on any ports`);
  }
  const open = ports.find(({ takesGroups }) => !takesGroups);
  if (change === 'add' && open !== undefined) {
    throw new VolvoxError(
      'invalid',
      `Network requires port_security_enabled and subnet associated in order to apply security groups: port ${open.id} has not both.`,
    );
  }
  for (const { id, groupIds } of ports) {
    if (groupIds.includes(groupId) === (change === 'add')) continue;
    const after = changed(groupIds, groupId, change);
    if (change === 'add') requireOneKind(kinds.filter((one) => after.includes(one.id)));
    await tx
      .updateTable('ports')
      .set((eb) => ({
        security_group_ids: toJson(after),
        updated_at: sqlTime(timestamp(now)),
        announced: 0,
        revision: eb('revision', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
  }
  return ports.some(({ groupIds }) => groupIds.includes(groupId));
}

function changed(ids: readonly string[], id: string, change: ServerGroupChange['change']): string[] {
  const others = ids.filter((one) => one !== id);
  return change === 'add' ? [...others, id] : others;
}
