import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { TrafficLimits } from '../../objects/traffic-limits.ts';
import type { DirectoryTx } from '../directory.ts';
import type { QosRulesTable } from '../schema/qos.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import { limitsOfRules } from './qos-limits.ts';

type Read = Reader<DirectoryTables>;

/** See schema/qos.ts for what the members mean. */
export interface QosRuleRecord {
  readonly id: string;
  readonly policyId: string;
  readonly type: QosRulesTable['type'];
  readonly direction: QosRulesTable['direction'];
  readonly rate: number;
  readonly burst: number;
  readonly dscpMark: number;
}

const RULES = recordTable<QosRuleRecord, QosRulesTable>('qos_rules')({
  id: 'id',
  policyId: 'policy_id',
  type: 'type',
  direction: 'direction',
  rate: 'rate',
  burst: 'burst',
  dscpMark: 'dscp_mark',
});

/** Those of these policies, which the viewer may know of. */
export const listQosRules = (
  read: Read,
  policyIds: readonly string[],
  listing: Listing<keyof QosRuleRecord> = EVERYTHING,
): Promise<readonly QosRuleRecord[]> =>
  policyIds.length === 0
    ? Promise.resolve([])
    : listRecords(read, RULES, listing, [sql`policy_id IN (${sql.join([...policyIds])})`]);

/** @throws VolvoxError not-found also when it is of another policy or type. */
export async function getQosRule(
  read: Read,
  policyId: string,
  type: QosRuleRecord['type'],
  id: string,
): Promise<QosRuleRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [rule] = await listQosRules(read, [policyId], { ...EVERYTHING, filters });
  if (rule?.type === type) return rule;
  throw new VolvoxError('not-found', `QoS rule ${id} for policy ${policyId} could not be found.`, {
    details: { type: 'QosRuleNotFound' },
  });
}

/** The policy that has a rule; null: there is no such rule. */
export async function policyOfRule(read: Read, type: QosRuleRecord['type'], id: string): Promise<string | null> {
  const row = await read
    .selectFrom('qos_rules')
    .select('policy_id')
    .where('id', '=', id)
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.policy_id ?? null;
}

/** The policy is locked. @throws VolvoxError conflict when it has a rule of the type and direction. */
export async function insertQosRule(tx: DirectoryTx, rule: QosRuleRecord): Promise<void> {
  await tx.insertInto('qos_rules').values(RULES.toRow(rule)).execute().catch(refuseSecond(rule));
}

/** The policy is locked. @throws VolvoxError conflict when it has another rule of the type and direction. */
export async function updateQosRule(tx: DirectoryTx, { id, ...rule }: QosRuleRecord): Promise<void> {
  await updateRows(tx, 'qos_rules', { id }, RULES.toColumns(rule)).catch(refuseSecond(rule));
}

export async function deleteQosRule(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('qos_rules').where('id', '=', id).execute();
}

const refuseSecond =
  ({ policyId, type, direction }: Omit<QosRuleRecord, 'id'>) =>
  (error: unknown): never => {
    if (!isDuplicate(error, 'qos_rules_once')) throw error;
    throw new VolvoxError(
      'conflict',
      `Rule ${type} conflicts with a rule of the direction ${direction} which already exists in QoS Policy ${policyId}.`,
      { details: { type: 'QoSRulesConflict' } },
    );
  };

/** What the rules of these policies say to hosts, by the id of the policy; a policy without rules limits nothing. */
export async function limitsOfPolicies(
  read: Read,
  policyIds: readonly string[],
): Promise<ReadonlyMap<string, TrafficLimits>> {
  const ids = [...new Set(policyIds)];
  const rules = Map.groupBy(await listQosRules(read, ids), ({ policyId }) => policyId);
  return new Map(ids.map((id) => [id, limitsOfRules(rules.get(id) ?? [])]));
}
