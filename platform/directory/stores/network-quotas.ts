import type { Reader } from '../../database/database.ts';
import { upsertRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

export const NETWORK_RESOURCES = [
  'network',
  'subnet',
  'port',
  'security_group',
  'security_group_rule',
  'address_group',
  'subnetpool',
  'rbac_policy',
  'address_scope',
  'router',
  'floatingip',
  'trunk',
  'qos_policy',
] as const;
type NetworkResource = (typeof NETWORK_RESOURCES)[number];
type NetworkAmounts = Readonly<Record<NetworkResource, number>>;

/** Neutron's own defaults; -1: no limit. */
export const NETWORK_LIMITS: NetworkAmounts = {
  network: 100,
  subnet: 100,
  port: 500,
  security_group: 10,
  security_group_rule: 100,
  address_group: -1,
  subnetpool: -1,
  rbac_policy: 10,
  address_scope: -1,
  router: 10,
  floatingip: 50,
  trunk: -1,
  qos_policy: 10,
};

/** What no project has more of, whatever its limit: lists of groups carry all their rules. */
const MAX_OF_PROJECT: Readonly<Partial<NetworkAmounts>> = {
  security_group: 1_000,
  security_group_rule: 10_000,
  address_group: 1_000,
  subnetpool: 1_000,
  rbac_policy: 1_000,
  address_scope: 1_000,
  router: 1_000,
  floatingip: 1_000,
  trunk: 1_000,
  qos_policy: 1_000,
};

type Read = Reader<DirectoryTables>;
const TABLES = {
  network: 'networks',
  subnet: 'subnets',
  port: 'ports',
  security_group: 'security_groups',
  security_group_rule: 'security_group_rules',
  address_group: 'address_groups',
  subnetpool: 'subnet_pools',
  rbac_policy: 'rbac_policies',
  address_scope: 'address_scopes',
  router: 'routers',
  floatingip: 'floating_ips',
  trunk: 'trunks',
  qos_policy: 'qos_policies',
} as const satisfies Record<NetworkResource, string>;

export async function networkLimits(read: Read, projectId: string): Promise<NetworkAmounts> {
  const rows = await read.selectFrom('network_quotas').selectAll().where('project_id', '=', projectId).execute();
  return { ...NETWORK_LIMITS, ...Object.fromEntries(rows.map((row) => [row.resource, row.hard_limit])) };
}

/** The projects with limits of their own. */
export async function projectsWithNetworkLimits(read: Read): Promise<readonly string[]> {
  const rows = await read.selectFrom('network_quotas').select('project_id').distinct().orderBy('project_id').execute();
  return rows.map((row) => row.project_id);
}

export async function setNetworkLimits(
  tx: DirectoryTx,
  projectId: string,
  limits: Readonly<Partial<Record<NetworkResource, number>>>,
): Promise<void> {
  const rows = NETWORK_RESOURCES.flatMap((resource) => {
    const hard_limit = limits[resource];
    return hard_limit === undefined ? [] : [{ project_id: projectId, resource, hard_limit }];
  });
  await upsertRows(tx, 'network_quotas', rows, 'hard_limit');
}

/** Back to the built-in limits. */
export async function clearNetworkLimits(tx: DirectoryTx, projectId: string): Promise<void> {
  await tx.deleteFrom('network_quotas').where('project_id', '=', projectId).execute();
}

/** What there is, counted; ports made for servers too. */
export async function countOfProject(read: Read, resource: NetworkResource, projectId: string): Promise<number> {
  const { used } = await read
    .selectFrom(TABLES[resource])
    .select((eb) => eb.fn.countAll<number>().as('used'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return Number(used);
}

/**
 * Checks that each of these projects may have one more, as often as it is named. Call it first in the transaction that creates them: it
 * locks the projects until the transaction ends, so that two transactions cannot exceed a limit together.
 * @throws VolvoxError conflict with Neutron's sentence.
 */
export async function requireNetworkQuota(
  tx: DirectoryTx,
  resource: NetworkResource,
  projectIds: readonly string[],
): Promise<void> {
  const unique = [...new Set(projectIds)].sort();
  await tx.selectFrom('projects').select('id').where('id', 'in', unique).orderBy('id').forUpdate().execute();
  for (const projectId of unique) {
    const { [resource]: own } = await networkLimits(tx, projectId);
    const max = MAX_OF_PROJECT[resource] ?? Number.POSITIVE_INFINITY;
    const limit = own < 0 ? max : Math.min(own, max);
    if (limit === Number.POSITIVE_INFINITY) continue;
    const asked = projectIds.filter((id) => id === projectId).length;
    if ((await countOfProject(tx, resource, projectId)) + asked <= limit) continue;
    throw new VolvoxError('conflict', `Quota exceeded for resources: ['${resource}'].`, {
      details: { type: 'OverQuota' },
    });
  }
}
