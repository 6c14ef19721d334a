import type { Reader } from '../../database/database.ts';
import { moment, recordTable } from '../../database/record-table.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { SecurityGroupRulesTable } from '../schema/networks.ts';
import type { DirectoryTables } from '../tables.ts';
import { type Listing, listRecords, ofProject } from './listing.ts';
import type { NetworkViewer } from './networks.ts';

type Read = Reader<DirectoryTables>;

/** See schema/networks.ts for what the members mean. */
export interface SecurityGroupRuleRecord {
  readonly id: string;
  readonly groupId: string;
  readonly projectId: string;
  readonly direction: SecurityGroupRulesTable['direction'];
  readonly ethertype: SecurityGroupRulesTable['ethertype'];
  readonly protocol: string | null;
  readonly portMin: number | null;
  readonly portMax: number | null;
  readonly remoteIpPrefix: string | null;
  readonly remoteGroupId: string | null;
  readonly remoteAddressGroupId: string | null;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const RULES = recordTable<SecurityGroupRuleRecord, SecurityGroupRulesTable>('security_group_rules')({
  id: 'id',
  groupId: 'group_id',
  projectId: 'project_id',
  direction: 'direction',
  ethertype: 'ethertype',
  protocol: 'protocol',
  portMin: 'port_min',
  portMax: 'port_max',
  remoteIpPrefix: 'remote_ip_prefix',
  remoteGroupId: 'remote_group_id',
  remoteAddressGroupId: 'remote_address_group_id',
  description: 'description',
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** A page of the rules that the viewer may know of. */
export const pageOfRules = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof SecurityGroupRuleRecord>,
): Promise<readonly SecurityGroupRuleRecord[]> => listRecords(read, RULES, listing, ofProject(viewer));

/** By group, in the order in which they were made. */
export async function listRules(read: Read, groupIds: readonly string[]): Promise<readonly SecurityGroupRuleRecord[]> {
  if (groupIds.length === 0) return [];
  const query = read
    .selectFrom('security_group_rules')
    .selectAll()
    .where('group_id', 'in', [...groupIds]);
  return (await query.orderBy('group_id').orderBy('created_at').orderBy('id').execute()).map(RULES.fromRow);
}

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getRule(read: Read, viewer: NetworkViewer, id: string): Promise<SecurityGroupRuleRecord> {
  const row = await read.selectFrom('security_group_rules').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || !(viewer.isAdmin || row.project_id === viewer.projectId)) {
    throw new VolvoxError('not-found', `Security group rule ${id} does not exist`, {
      details: { type: 'SecurityGroupRuleNotFound' },
    });
  }
  return RULES.fromRow(row);
}

export async function insertRules(tx: DirectoryTx, rules: readonly SecurityGroupRuleRecord[]): Promise<void> {
  if (rules.length > 0) await tx.insertInto('security_group_rules').values(rules.map(RULES.toRow)).execute();
}

export async function deleteRule(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('security_group_rules').where('id', '=', id).execute();
}

/** The rules of a group that goes, and every rule that lets its members in. */
export async function deleteRulesOf(tx: DirectoryTx, groupId: string): Promise<void> {
  await tx
    .deleteFrom('security_group_rules')
    .where((eb) => eb.or([eb('group_id', '=', groupId), eb('remote_group_id', '=', groupId)]))
    .execute();
}
