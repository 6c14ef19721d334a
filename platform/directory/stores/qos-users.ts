import { type RawBuilder, sql } from 'kysely';
import { sqlTime } from '../../database/json-column.ts';
import type { DirectoryReader, DirectoryTx } from '../directory.ts';

/** A port or a network that has a QoS policy; null: none. */
export async function userOf(
  tx: DirectoryTx,
  policyId: string,
): Promise<{ readonly what: 'port' | 'network'; readonly id: string } | null> {
  for (const [what, table] of [
    ['port', 'ports'],
    ['network', 'networks'],
  ] as const) {
    const row = await tx
      .selectFrom(table)
      .select('id')
      .where('qos_policy_id', '=', policyId)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return { what, id: row.id };
  }
  return null;
}

/**
 * Hosts hear of the networks and the ports that have a policy anew, under new revisions. A port that inherits the policy needs no word of its
 * own: its hosts know it by its network.
 */
export async function announceUsersOf(tx: DirectoryTx, policyId: string, now: string): Promise<void> {
  for (const table of ['networks', 'ports'] as const) {
    await tx
      .updateTable(table)
      .set((eb) => ({ updated_at: sqlTime(now), announced: 0, revision: eb('revision', '+', 1) }))
      .where('qos_policy_id', '=', policyId)
      .execute();
  }
}

/** The policies of these networks, by the id of the network. */
export async function policiesOfNetworks(
  read: DirectoryReader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('networks')
    .select(['id', 'qos_policy_id'])
    .where('id', 'in', [...new Set(ids)])
    .where('qos_policy_id', 'is not', null)
    .execute();
  return new Map(rows.map(({ id, qos_policy_id }) => [id, qos_policy_id ?? '']));
}

/** Of ports: their network has one of these policies. None given: any network. */
export const onNetworksWith = (policyIds: readonly string[]): readonly RawBuilder<unknown>[] =>
  policyIds.length === 0
    ? []
    : [sql`network_id IN (SELECT id FROM networks WHERE qos_policy_id IN (${sql.join([...policyIds])}))`];
