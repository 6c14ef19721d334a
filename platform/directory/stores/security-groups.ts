import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SecurityGroupsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import { rulesOfDefaultGroup } from './first-rules.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { EVERY_PROJECT, sharedIds, sharedOf } from './rbac-policies.ts';
import { insertRules } from './security-group-rules.ts';

type Read = Reader<DirectoryTables>;

/** See schema/networks.ts for what the members mean. */
export interface SecurityGroupRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly stateful: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

/** Its stores only. */
export const GROUPS = recordTable<SecurityGroupRecord, Omit<SecurityGroupsTable, 'announced'>>('security_groups')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  stateful: flag('stateful'),
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** The group that every project has. It can be neither renamed nor deleted, and no other group has its name. */
export const DEFAULT_GROUP = 'default';

/** No project has more of them, whatever its quota (`network-quotas.ts`). */
const MAX_GROUPS = 1_000;

/** Every project has a group `default`, made when it is first asked for. */
export async function defaultSecurityGroup(tx: DirectoryTx, projectId: string): Promise<SecurityGroupRecord> {
  const known = await findDefault(tx, projectId);
  if (known !== undefined && known.revision > 0) return known;
  const now = new Date().toISOString();
  const made = { id: randomUUID(), projectId, name: DEFAULT_GROUP, description: 'Default security group' };
  await tx
    .insertInto('security_groups')
    .ignore()
    .values(GROUPS.toRow({ ...made, stateful: true, tags: [], createdAt: now, updatedAt: now, revision: 0 }))
    .execute();
  const group = await findDefault(tx, projectId, true);
  if (group === undefined) throw new VolvoxError('internal', `project ${projectId} has no default security group`);
  if (group.revision > 0) return group;
  await insertRules(tx, await rulesOfDefaultGroup(tx, group));
  await tx.updateTable('security_groups').set({ revision: 1, announced: 0 }).where('id', '=', group.id).execute();
  return { ...group, revision: 1 };
}

async function findDefault(
  tx: DirectoryTx,
  projectId: string,
  locked = false,
): Promise<SecurityGroupRecord | undefined> {
  const query = tx
    .selectFrom('security_groups')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', '=', DEFAULT_GROUP);
  const row = await (locked ? query.forUpdate() : query).executeTakeFirst();
  return row === undefined ? undefined : GROUPS.fromRow(row);
}

/**
 * The groups that a server asks for by name or id; none asked for: `default`. Those that are named stay until the transaction ends.
 * @throws VolvoxError invalid naming the one that does not exist; conflict naming the one that several groups are called.
 */
export async function resolveSecurityGroups(
  tx: DirectoryTx,
  projectId: string,
  asked: readonly string[],
): Promise<readonly { id: string; name: string }[]> {
  const ownDefault = await defaultSecurityGroup(tx, projectId);
  if (asked.length === 0) return [{ id: ownDefault.id, name: ownDefault.name }];
  const groups = await keepSecurityGroups(tx, projectId);
  const called = [...new Set(asked)].map((name) =>
    groupCalled(groups, projectId, name, () => {
      throw new VolvoxError('invalid', `Security group ${name} not found for project ${projectId}.`);
    }),
  );
  requireOneKind(called);
  return called.map(({ id, name }) => ({ id, name }));
}

/** @throws VolvoxError conflict when some of the groups of one port are stateful and some are not. */
export function requireOneKind(groups: readonly Pick<SecurityGroupRecord, 'id' | 'stateful'>[]): void {
  const [stateless, stateful] = [false, true].map((kind) => groups.find((one) => one.stateful === kind));
  if (stateless === undefined || stateful === undefined) return;
  throw new VolvoxError(
    'conflict',
    `A port cannot have stateful and stateless security groups at once: ${stateful.id} is stateful, ${stateless.id} is not.`,
    { details: { type: 'SecurityGroupConflict' } },
  );
}

/**
 * Of the groups, the one with this id, or else the project's own with this name: nobody gives a group to others under a name of theirs.
 * @param missing what is thrown when there is none.
 * @throws VolvoxError conflict when several have the name.
 */
export function groupCalled(
  groups: readonly SecurityGroupRecord[],
  projectId: string,
  idOrName: string,
  missing: () => never,
): SecurityGroupRecord {
  const byId = groups.find(({ id }) => id === idOrName);
  if (byId !== undefined) return byId;
  const [named, another] = groups.filter((one) => one.name === idOrName && one.projectId === projectId);
  if (named === undefined) return missing();
  if (another === undefined) return named;
  throw new VolvoxError(
    'conflict',
    `Multiple security_group matches found for name '${idOrName}', use an ID to be more specific.`,
  );
}

const sharedWith = (projectId: string): RawBuilder<unknown> => sharedIds('security_group', projectId, EVERY_PROJECT);
const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin ? [] : [sql`(project_id = ${viewer.projectId} OR id IN ${sharedWith(viewer.projectId)})`];

/** Those that the viewer may know of. @param shared only those that are shared with the viewer's project, or only those that are not. */
export const listSecurityGroups = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof SecurityGroupRecord> = EVERYTHING,
  shared: readonly boolean[] = [],
): Promise<readonly SecurityGroupRecord[]> =>
  listRecords(read, GROUPS, listing, [
    ...visible(viewer),
    ...(new Set(shared).size === 1
      ? [sql`id ${sql.raw(shared[0] === true ? 'IN' : 'NOT IN')} ${sharedWith(viewer.projectId)}`]
      : []),
  ]);

/** @throws VolvoxError not-found also when the viewer may not know of it. A group that is shared is known, not changed (`getSecurityGroup`). */
export async function getVisibleSecurityGroup(
  read: Read,
  viewer: NetworkViewer,
  id: string,
): Promise<SecurityGroupRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [group] = await listSecurityGroups(read, viewer, { ...EVERYTHING, filters });
  if (group === undefined) throw groupNotFound(id);
  return group;
}

/**
 * Those that ports of a project may have, its own by name, then id, and after them what is shared with it; none of them is deleted, or ceases to
 * be shared, before the transaction ends.
 */
export async function keepSecurityGroups(tx: DirectoryTx, projectId: string): Promise<readonly SecurityGroupRecord[]> {
  const own = await ofProject(tx, projectId).modifyEnd(sql`lock in share mode`).execute();
  const foreign = await tx
    .selectFrom('security_groups')
    .select('id')
    .where('project_id', '!=', projectId)
    .where(sql<boolean>`id IN ${sharedWith(projectId)}`)
    .orderBy('id')
    .limit(MAX_GROUPS)
    .execute();
  if (foreign.length === 0) return own.map(GROUPS.fromRow);
  const ids = foreign.map(({ id }) => id);
  const locked = await tx
    .selectFrom('security_groups')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .modifyEnd(sql`lock in share mode`)
    .execute();
  // One may have ceased to be shared before its lock.
  const shared = await sharedOf(tx, 'security_group', projectId, ids);
  return [...own, ...locked.filter(({ id }) => shared.has(id))].map(GROUPS.fromRow);
}

/** A group that a rule may name as remote: it is not deleted, nor ceases to be shared, before the transaction ends. @throws VolvoxError not-found */
export async function keepRemoteGroup(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<void> {
  const query = tx.selectFrom('security_groups').select('id').where('id', '=', id);
  await query.modifyEnd(sql`lock in share mode`).execute();
  await getVisibleSecurityGroup(tx, viewer, id);
}

const ofProject = (read: Read, projectId: string) =>
  read
    .selectFrom('security_groups')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('name')
    .orderBy('id')
    .limit(MAX_GROUPS);

/** By project, name and id. @param projectId null: of every project. */
export async function pageOfSecurityGroups(
  read: Read,
  projectId: string | null,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly SecurityGroupRecord[]> {
  const all = read.selectFrom('security_groups').selectAll().orderBy('project_id').orderBy('name').orderBy('id');
  const query = projectId === null ? all : all.where('project_id', '=', projectId);
  return (await query.offset(page.offset).limit(page.limit).execute()).map(GROUPS.fromRow);
}

/** Those of these ids that exist. */
export async function findSecurityGroups(
  read: Read,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SecurityGroupRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('security_groups')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, GROUPS.fromRow(row)]));
}

export const groupNotFound = (id: string): VolvoxError =>
  new VolvoxError('not-found', `Security group ${id} does not exist`, { details: { type: 'SecurityGroupNotFound' } });

/** To change it. @throws VolvoxError not-found also when the viewer may not change it. */
export async function getSecurityGroup(read: Read, viewer: NetworkViewer, id: string): Promise<SecurityGroupRecord> {
  const group = (await findSecurityGroups(read, [id])).get(id);
  if (group === undefined || !mayChangeGroup(viewer, group)) throw groupNotFound(id);
  return group;
}

export const mayChangeGroup = (viewer: NetworkViewer, { projectId }: SecurityGroupRecord): boolean =>
  viewer.isAdmin || viewer.projectId === projectId;
