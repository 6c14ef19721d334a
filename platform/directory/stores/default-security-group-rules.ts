import type { Reader } from '../../database/database.ts';
import { flag, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DefaultSecurityGroupRulesTable } from '../schema/default-security-group-rules.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';

type Read = Reader<DirectoryTables>;

/** See schema/default-security-group-rules.ts for what the members mean. */
export interface DefaultRuleRecord {
  readonly id: string;
  readonly direction: DefaultSecurityGroupRulesTable['direction'];
  readonly ethertype: DefaultSecurityGroupRulesTable['ethertype'];
  readonly protocol: string | null;
  readonly portMin: number | null;
  readonly portMax: number | null;
  readonly remoteIpPrefix: string | null;
  readonly remoteGroupId: DefaultSecurityGroupRulesTable['remote_group_id'];
  readonly description: string;
  readonly inDefaultGroups: boolean;
  readonly inOtherGroups: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const DEFAULT_RULES = recordTable<DefaultRuleRecord, Omit<DefaultSecurityGroupRulesTable, 'content_key'>>(
  'default_security_group_rules',
)({
  id: 'id',
  direction: 'direction',
  ethertype: 'ethertype',
  protocol: 'protocol',
  portMin: 'port_min',
  portMax: 'port_max',
  remoteIpPrefix: 'remote_ip_prefix',
  remoteGroupId: 'remote_group_id',
  description: 'description',
  inDefaultGroups: flag('in_default_groups'),
  inOtherGroups: flag('in_other_groups'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** Every new group gets them, so there are not many. */
const MAX_DEFAULT_RULES = 100;

export const listDefaultRules = (
  read: Read,
  listing: Listing<keyof DefaultRuleRecord> = EVERYTHING,
): Promise<readonly DefaultRuleRecord[]> => listRecords(read, DEFAULT_RULES, listing);

/** @throws VolvoxError not-found */
export async function getDefaultRule(read: Read, id: string): Promise<DefaultRuleRecord> {
  const [rule] = await listDefaultRules(read, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (rule !== undefined) return rule;
  throw new VolvoxError('not-found', `Default security group rule ${id} does not exist`, {
    details: { type: 'DefaultSecurityGroupRuleNotFound' },
  });
}

/** Two rules that agree in this let in or out the same. */
const contentKey = (rule: DefaultRuleRecord): string =>
  JSON.stringify([
    ...[rule.direction, rule.ethertype, rule.protocol, rule.portMin, rule.portMax],
    ...[rule.remoteIpPrefix, rule.remoteGroupId],
  ]);

/** @throws VolvoxError conflict for a rule that is there already, and when there are as many as may be. */
export async function insertDefaultRule(tx: DirectoryTx, rule: DefaultRuleRecord): Promise<void> {
  const rules = await listDefaultRules(tx);
  if (rules.length >= MAX_DEFAULT_RULES) {
    throw new VolvoxError('conflict', `There are ${rules.length} default security group rules, as many as may be.`);
  }
  const row = { ...DEFAULT_RULES.toRow(rule), content_key: contentKey(rule) };
  try {
    await tx.insertInto('default_security_group_rules').values(row).execute();
  } catch (error) {
    if (!isDuplicate(error, 'default_security_group_rules_content')) throw error;
    const same = await tx
      .selectFrom('default_security_group_rules')
      .select('id')
      .where('content_key', '=', row.content_key)
      .executeTakeFirst();
    throw new VolvoxError('conflict', `Default security group rule already exists. Rule id is ${same?.id}.`, {
      details: { type: 'DefaultSecurityGroupRuleExists' },
    });
  }
}

/** Groups that have it keep it. @throws VolvoxError not-found */
export async function deleteDefaultRule(tx: DirectoryTx, id: string): Promise<void> {
  await getDefaultRule(tx, id);
  await deleteRows(tx, 'default_security_group_rules', { id });
}
