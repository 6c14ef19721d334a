import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { conflictWhenTaken } from '../../database/taken-key.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ProjectsTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { voidTokensOfProject } from './token-cutoffs.ts';

type Read = Reader<DirectoryTables>;

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly createdAt: string;
  /** What a client added. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

const PROJECTS = recordTable<ProjectRecord, ProjectsTable>('projects')({
  id: 'id',
  name: 'name',
  description: 'description',
  enabled: flag('enabled'),
  createdAt: moment('created_at'),
  extra: json('extra'),
  tags: json('tags'),
});

/** A page, as the listing says. */
export const pageOfProjects = (read: Read, listing: Listing<keyof ProjectRecord>): Promise<readonly ProjectRecord[]> =>
  listRecords(read, PROJECTS, listing);

export const listProjects = (
  read: Read,
  filters: Listing<keyof ProjectRecord>['filters'] = [],
): Promise<readonly ProjectRecord[]> =>
  listRecords(read, PROJECTS, { ...EVERYTHING, filters, sort: [{ member: 'name', descending: false }] });

/** By name in the one domain there is. */
export async function findProjectByName(read: Read, name: string): Promise<ProjectRecord | null> {
  const row = await read.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? null : PROJECTS.fromRow(row);
}

export async function findProject(read: Read, id: string): Promise<ProjectRecord | null> {
  const row = await read.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : PROJECTS.fromRow(row);
}

/** @throws VolvoxError not-found */
export async function getProject(read: Read, id: string): Promise<ProjectRecord> {
  const row = await findProject(read, id);
  if (row === null) throw new VolvoxError('not-found', `Could not find project: ${id}.`);
  return row;
}

/** @throws VolvoxError conflict when the name is taken. */
export async function insertProject(tx: DirectoryTx, project: ProjectRecord): Promise<void> {
  await tx.insertInto('projects').values(PROJECTS.toRow(project)).execute().catch(nameTaken(project.name));
}

/**
 * Disabling a project voids its tokens for ever; enabling it voids those that were issued meanwhile.
 * @param now ms since the epoch.
 * @throws VolvoxError not-found, conflict
 */
export async function updateProject(
  tx: DirectoryTx,
  id: string,
  changes: Partial<Omit<ProjectRecord, 'id'>>,
  now: number,
): Promise<void> {
  const before = await getProject(tx, id);
  if (Object.keys(changes).length === 0) return;
  if (changes.enabled === false) await voidTokensOfProject(tx, id, now + 1);
  else if (changes.enabled === true && !before.enabled) await voidTokensOfProject(tx, id, now);
  await updateRows(tx, 'projects', { id }, PROJECTS.toColumns(changes)).catch(nameTaken(changes.name ?? ''));
  await touchIdentity(tx);
}

/** @throws VolvoxError conflict, with the number of servers and what to do about them. */
export async function requireNoServers(tx: DirectoryTx, projectId: string): Promise<void> {
  const { servers } = await tx
    .selectFrom('instance_homes')
    .select((eb) => eb.fn.countAll<number | bigint>().as('servers'))
    .where('project_id', '=', projectId)
    .where('state', '!=', 'deleted')
    .executeTakeFirstOrThrow();
  if (Number(servers) === 0) return;
  throw new VolvoxError(
    'conflict',
    `Project ${projectId} has ${servers} ${Number(servers) === 1 ? 'server' : 'servers'}. Delete them first ` +
      '(GET /servers?all_tenants=1&project_id=… lists them), or disable the project: its users are then locked out, and its servers run on.',
    { details: { servers: Number(servers) } },
  );
}

/** With its role assignments and credentials. What the project owns elsewhere is the caller's to ask about first. */
export async function deleteProject(tx: DirectoryTx, id: string): Promise<void> {
  await getProject(tx, id);
  await tx.deleteFrom('role_assignments').where('target_type', '=', 'project').where('target_id', '=', id).execute();
  await tx.deleteFrom('application_credentials').where('project_id', '=', id).execute();
  await tx.deleteFrom('token_cutoffs').where('project_id', '=', id).execute();
  await tx.deleteFrom('projects').where('id', '=', id).execute();
  await touchIdentity(tx);
}

const nameTaken = (name: string) =>
  conflictWhenTaken(
    'projects_name',
    `Conflict occurred attempting to store project - it is not permitted to have two projects with the same name in the same domain : ${name}.`,
  );
