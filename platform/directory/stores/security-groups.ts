import { randomUUID } from 'node:crypto';
import type { Reader } from '../../database/database.ts';
import { moment, recordTable } from '../../database/record-table.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SecurityGroupsTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';

type Read = Reader<DirectoryTables>;

export interface SecurityGroupRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const GROUPS = recordTable<SecurityGroupRecord, SecurityGroupsTable>('security_groups')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
});

/** Every project has a group `default`, made when it is first asked for. */
export async function defaultSecurityGroup(tx: DirectoryTx, projectId: string): Promise<SecurityGroupRecord> {
  const find = async () => {
    const row = await tx
      .selectFrom('security_groups')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', 'default')
      .executeTakeFirst();
    return row === undefined ? undefined : GROUPS.fromRow(row);
  };
  const known = await find();
  if (known !== undefined) return known;
  const now = new Date().toISOString();
  await tx
    .insertInto('security_groups')
    .ignore()
    .values(
      GROUPS.toRow({
        id: randomUUID(),
        projectId,
        name: 'default',
        description: 'Default security group',
        createdAt: now,
        updatedAt: now,
      }),
    )
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
  const groups = await listSecurityGroups(tx, projectId);
  return [...new Set(asked)].map((name) => {
    const group = groups.find((candidate) => candidate.id === name || candidate.name === name);
    if (group === undefined) {
      throw new VolvoxError('invalid', `Security group ${name} not found for project ${projectId}.`);
    }
    return { id: group.id, name: group.name };
  });
}

export async function listSecurityGroups(read: Read, projectId: string): Promise<readonly SecurityGroupRecord[]> {
  const query = read.selectFrom('security_groups').selectAll().where('project_id', '=', projectId).orderBy('name');
  return (await query.execute()).map(GROUPS.fromRow);
}
