import type { Reader } from '../../database/database.ts';
import { recordTable } from '../../database/record-table.ts';
import { conflictWhenTaken } from '../../database/taken-key.ts';
import { deleteRows, updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { RoleAssignmentsTable, RolesTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { renewCutoff, voidTokensInProjects } from './token-cutoffs.ts';

type Read = Reader<DirectoryTables>;

export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}
/** A user has a role in a project or the domain. */
export interface RoleAssignment {
  readonly userId: string;
  readonly targetType: RoleAssignmentsTable['target_type'];
  readonly targetId: string;
  readonly roleId: string;
}

const ROLES = recordTable<RoleRecord, RolesTable>('roles')({ id: 'id', name: 'name', description: 'description' });
const ASSIGNMENTS = recordTable<RoleAssignment, RoleAssignmentsTable>('role_assignments')({
  userId: 'user_id',
  targetType: 'target_type',
  targetId: 'target_id',
  roleId: 'role_id',
});

/** Whoever has the role has these too, transitively (Keystone's default implications). */
export const IMPLIED_ROLES: Readonly<Record<string, readonly string[]>> = {
  admin: ['manager'],
  manager: ['member'],
  member: ['reader'],
};

/** Role names with all that they imply, in the order of their first appearance. */
export function withImplied(names: readonly string[]): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const implied of IMPLIED_ROLES[name] ?? []) all.add(implied);
  return [...all];
}

/** A page, as the listing says. */
export const pageOfRoles = (read: Read, listing: Listing<keyof RoleRecord>): Promise<readonly RoleRecord[]> =>
  listRecords(read, ROLES, listing);

export const listRoles = (
  read: Read,
  filters: Listing<keyof RoleRecord>['filters'] = [],
): Promise<readonly RoleRecord[]> =>
  listRecords(read, ROLES, { ...EVERYTHING, filters, sort: [{ member: 'name', descending: false }] });

/** @throws VolvoxError not-found */
export async function getRole(read: Read, id: string): Promise<RoleRecord> {
  const row = await read.selectFrom('roles').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new VolvoxError('not-found', `Could not find role: ${id}.`);
  return ROLES.fromRow(row);
}

/** @throws VolvoxError conflict when the name is taken. */
export async function insertRole(tx: DirectoryTx, role: RoleRecord): Promise<void> {
  await tx.insertInto('roles').values(ROLES.toRow(role)).execute().catch(nameTaken(role.name));
}

/** @throws VolvoxError not-found, conflict */
export async function updateRole(tx: DirectoryTx, id: string, changes: Partial<Omit<RoleRecord, 'id'>>): Promise<void> {
  await getRole(tx, id);
  if (Object.keys(changes).length === 0) return;
  await updateRows(tx, 'roles', { id }, ROLES.toColumns(changes)).catch(nameTaken(changes.name ?? ''));
  await touchIdentity(tx);
}

/** Takes it from everybody who has it. @param now ms since the epoch. @throws VolvoxError not-found */
export async function deleteRole(tx: DirectoryTx, id: string, now: number): Promise<void> {
  await getRole(tx, id);
  await voidTokensOf(tx, await listAssignments(tx, { roleId: id }), now);
  await tx.deleteFrom('role_assignments').where('role_id', '=', id).execute();
  await tx.deleteFrom('roles').where('id', '=', id).execute();
  await touchIdentity(tx);
}

interface AssignmentFilter {
  readonly userId?: string | undefined;
  readonly roleId?: string | undefined;
  readonly targetType?: RoleAssignment['targetType'] | undefined;
  readonly targetId?: string | undefined;
}

export async function listAssignments(read: Read, filter: AssignmentFilter): Promise<readonly RoleAssignment[]> {
  let query = read.selectFrom('role_assignments').selectAll();
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.roleId !== undefined) query = query.where('role_id', '=', filter.roleId);
  if (filter.targetType !== undefined) query = query.where('target_type', '=', filter.targetType);
  if (filter.targetId !== undefined) query = query.where('target_id', '=', filter.targetId);
  const rows = await query.orderBy('target_id').orderBy('user_id').orderBy('role_id').execute();
  return rows.map(ASSIGNMENTS.fromRow);
}

/** Assigned already is no error. @param now ms since the epoch. */
export async function assignRole(tx: DirectoryTx, assignment: RoleAssignment, now: number): Promise<void> {
  const { userId, targetType, targetId } = assignment;
  if (targetType === 'project' && (await projectRoles(tx, userId, targetId)).length === 0) {
    await renewCutoff(tx, { userId, projectId: targetId }, now);
  }
  await tx.insertInto('role_assignments').ignore().values(ASSIGNMENTS.toRow(assignment)).execute();
  await touchIdentity(tx);
}

/**
 * Voids the user's tokens in the project, as Keystone does: they stay void when the role is given back.
 * @param now ms since the epoch. @returns whether there was such an assignment.
 */
export async function unassignRole(tx: DirectoryTx, assignment: RoleAssignment, now: number): Promise<boolean> {
  const deleted = await deleteRows(tx, 'role_assignments', ASSIGNMENTS.toRow(assignment));
  if (deleted === 0) return false;
  await voidTokensOf(tx, [assignment], now);
  await touchIdentity(tx);
  return true;
}

async function voidTokensOf(tx: DirectoryTx, lost: readonly RoleAssignment[], now: number): Promise<void> {
  const inProjects = lost.filter((one) => one.targetType === 'project');
  await voidTokensInProjects(
    tx,
    inProjects.map(({ userId, targetId }) => ({ userId, projectId: targetId })),
    now + 1,
  );
}

/** The roles that a user has in a project: those that were given, and what they imply. */
export async function effectiveProjectRoles(
  read: Read,
  userId: string,
  projectId: string,
): Promise<readonly RoleRecord[]> {
  const names = withImplied((await projectRoles(read, userId, projectId)).map((role) => role.name));
  return listRoles(read, [{ member: 'name', anyOf: names }]);
}

/** The roles that a user was given in a project, without implied ones. */
export async function projectRoles(read: Read, userId: string, projectId: string): Promise<RoleRecord[]> {
  const rows = await read
    .selectFrom('role_assignments')
    .innerJoin('roles', 'roles.id', 'role_assignments.role_id')
    .selectAll('roles')
    .where('user_id', '=', userId)
    .where('target_type', '=', 'project')
    .where('target_id', '=', projectId)
    .orderBy('roles.name')
    .execute();
  return rows.map(ROLES.fromRow);
}

/** The ids of the projects in which a user has a role. */
export async function projectsOfUser(read: Read, userId: string): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('role_assignments')
    .select('target_id')
    .distinct()
    .where('user_id', '=', userId)
    .where('target_type', '=', 'project')
    .execute();
  return rows.map((row) => row.target_id);
}

const nameTaken = (name: string) =>
  conflictWhenTaken(
    'roles_name',
    `Conflict occurred attempting to store role - Duplicate entry found with name ${name}.`,
  );
