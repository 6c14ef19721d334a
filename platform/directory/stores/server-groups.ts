import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { isoTime, sqlTime } from '../../database/json-column.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ServerGroupsTable } from '../schema/server-groups.ts';
import type { DirectoryTables } from '../tables.ts';

const GROUP_POLICIES = ['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'] as const;
export type GroupPolicy = (typeof GROUP_POLICIES)[number];

export interface ServerGroup {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly policy: GroupPolicy;
  /** Only of anti-affinity; null: no rule was given, one a host. */
  readonly maxServerPerHost: number | null;
}
export interface ServerGroupRecord extends ServerGroup {
  readonly createdAt: string;
  /** Uuids of its instances, the oldest member first. */
  readonly members: readonly string[];
}

type Read = Reader<DirectoryTables>;

const unknownGroup = (uuid: string): VolvoxError =>
  new VolvoxError('not-found', `Instance group ${uuid} could not be found.`);

const groupOf = (row: Selectable<ServerGroupsTable>, members: readonly string[]): ServerGroupRecord => ({
  uuid: row.uuid,
  projectId: row.project_id,
  userId: row.user_id,
  name: row.name,
  policy: row.policy as GroupPolicy,
  maxServerPerHost: row.max_server_per_host,
  createdAt: isoTime(row.created_at),
  members,
});

/** `projectId` null: of any project. @throws VolvoxError not-found, also for a group of another project. */
export async function getServerGroup(read: Read, uuid: string, projectId: string | null): Promise<ServerGroupRecord> {
  let query = read.selectFrom('server_groups').selectAll().where('uuid', '=', uuid);
  if (projectId !== null) query = query.where('project_id', '=', projectId);
  const row = await query.executeTakeFirst();
  if (row === undefined) throw unknownGroup(uuid);
  return groupOf(row, (await membersOf(read, [uuid])).get(uuid) ?? []);
}

/** In order of creation. `projectId` null: of every project. */
export async function listServerGroups(
  read: Read,
  projectId: string | null,
  page: { readonly limit: number; readonly offset: number },
): Promise<ServerGroupRecord[]> {
  let query = read
    .selectFrom('server_groups')
    .selectAll()
    .orderBy('created_at')
    .orderBy('uuid')
    .limit(page.limit)
    .offset(page.offset);
  if (projectId !== null) query = query.where('project_id', '=', projectId);
  const rows = await query.execute();
  const members = await membersOf(
    read,
    rows.map((row) => row.uuid),
  );
  return rows.map((row) => groupOf(row, members.get(row.uuid) ?? []));
}

export async function createServerGroup(tx: DirectoryTx, group: ServerGroup, now: string): Promise<ServerGroupRecord> {
  await tx
    .insertInto('server_groups')
    .values({
      uuid: group.uuid,
      project_id: group.projectId,
      user_id: group.userId,
      name: group.name,
      policy: group.policy,
      max_server_per_host: group.maxServerPerHost,
      created_at: sqlTime(now),
    })
    .execute();
  return { ...group, createdAt: now, members: [] };
}

/** Its members stay where they are and are in no group afterwards. @throws VolvoxError not-found */
export async function deleteServerGroup(tx: DirectoryTx, uuid: string): Promise<void> {
  if ((await deleteRows(tx, 'server_groups', { uuid })) === 0) throw unknownGroup(uuid);
  await deleteRows(tx, 'server_group_members', { group_uuid: uuid });
}

/**
 * Puts new instances into a group, in the transaction that accepts them. The group's row is locked meanwhile, so `limit`
 * (members that one user may have in one group; -1: any number) is exact.
 * @throws VolvoxError not-found for the group, quota-exceeded.
 */
export async function addGroupMembers(
  tx: DirectoryTx,
  groupUuid: string,
  instanceUuids: readonly string[],
  userId: string,
  limit: number,
  now: string,
): Promise<void> {
  const group = await tx
    .selectFrom('server_groups')
    .select('uuid')
    .where('uuid', '=', groupUuid)
    .forUpdate()
    .executeTakeFirst();
  if (group === undefined) throw unknownGroup(groupUuid);
  if (limit >= 0) {
    const { count } = await tx
      .selectFrom('server_group_members')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('group_uuid', '=', groupUuid)
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    if (Number(count) + instanceUuids.length > limit)
      throw new VolvoxError(
        'quota-exceeded',
        `Quota exceeded, too many servers in group: it may have ${limit} members (quota server_group_members)`,
        {
          details: { resource: 'server_group_members', limit, inUse: Number(count), asked: instanceUuids.length },
        },
      );
  }
  await tx
    .insertInto('server_group_members')
    .values(
      instanceUuids.map((uuid) => ({
        instance_uuid: uuid,
        group_uuid: groupUuid,
        user_id: userId,
        created_at: sqlTime(now),
      })),
    )
    .execute();
}

/** In the transaction that releases the instance. Nothing to do when it is in no group. */
export async function removeGroupMember(tx: DirectoryTx, instanceUuid: string): Promise<void> {
  await tx.deleteFrom('server_group_members').where('instance_uuid', '=', instanceUuid).execute();
}

async function membersOf(read: Read, groupUuids: readonly string[]): Promise<Map<string, string[]>> {
  const members = new Map<string, string[]>();
  if (groupUuids.length === 0) return members;
  const rows = await read
    .selectFrom('server_group_members')
    .select(['group_uuid', 'instance_uuid'])
    .where('group_uuid', 'in', groupUuids)
    .orderBy('created_at')
    .orderBy('instance_uuid')
    .execute();
  for (const row of rows) {
    const list = members.get(row.group_uuid) ?? [];
    list.push(row.instance_uuid);
    members.set(row.group_uuid, list);
  }
  return members;
}
