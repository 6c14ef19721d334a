import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { sqlTime } from '../../database/json-column.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SecurityGroupsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';

type Read = Reader<DirectoryTables>;
export type SecurityGroupRow = Selectable<SecurityGroupsTable>;

/** Every project has a group `default`, made when it is first asked for. */
export async function defaultSecurityGroup(tx: DirectoryTx, projectId: string): Promise<SecurityGroupRow> {
  const find = () =>
    tx
      .selectFrom('security_groups')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', 'default')
      .executeTakeFirst();
  const known = await find();
  if (known !== undefined) return known;
  const now = sqlTime(new Date().toISOString());
  await tx
    .insertInto('security_groups')
    .ignore()
    .values({
      id: randomUUID(),
      project_id: projectId,
      name: 'default',
      description: 'Default security group',
      created_at: now,
      updated_at: now,
    })
    .execute();
  const made = await find();
  if (made === undefined) throw new VolvoxError('internal', `project ${projectId} has no default security group`);
  return made;
}

/**
 * The groups that a server asks for by name or id; none asked for: `default`.
 * @throws VolvoxError invalid naming the one that does not exist.
 */
export async function resolveSecurityGroups(
  tx: DirectoryTx,
  projectId: string,
  asked: readonly string[],
): Promise<readonly { id: string; name: string }[]> {
  const ownDefault = await defaultSecurityGroup(tx, projectId);
  if (asked.length === 0) return [{ id: ownDefault.id, name: ownDefault.name }];
  const rows = await listSecurityGroups(tx, projectId);
  return [...new Set(asked)].map((name) => {
    const row = rows.find((candidate) => candidate.id === name || candidate.name === name);
    if (row === undefined) {
      throw new VolvoxError('invalid', `Security group ${name} not found for project ${projectId}.`);
    }
    return { id: row.id, name: row.name };
  });
}

export const listSecurityGroups = (read: Read, projectId: string): Promise<SecurityGroupRow[]> =>
  read.selectFrom('security_groups').selectAll().where('project_id', '=', projectId).orderBy('name').execute();
