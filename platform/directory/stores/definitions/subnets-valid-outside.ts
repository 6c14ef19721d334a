import type { RouterContent } from '../../../objects/definitions.ts';
import type { DirectoryReader } from '../../directory.ts';

type Joined = Pick<RouterContent, 'interfaces' | 'gateway'> & { readonly id: string };

/**
 * By router: the IPv6 subnets of its interfaces whose addresses nobody outside can have. Such a subnet and one of the gateway's addresses are out
 * of subnet pools of one address scope. The pools are of the scope's own project: a project that a scope is shared with may put pools of any
 * ranges into it.
 */
export async function subnetsValidOutside(
  read: DirectoryReader,
  routers: readonly Joined[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const leading = routers.filter(({ gateway }) => gateway !== null);
  const named = leading.flatMap((router) => [...subnetsBehind(router), ...subnetsOutside(router)]);
  const scopes = await scopesOfSubnets(read, [...new Set(named)]);
  return new Map(
    leading.map((router) => {
      const outside = new Set(subnetsOutside(router).flatMap((id) => scopes.get(id) ?? []));
      const valid = subnetsBehind(router).filter((id) => outside.has(scopes.get(id) ?? ''));
      return [router.id, [...new Set(valid)].sort()];
    }),
  );
}

const subnetsBehind = ({ interfaces }: Joined): readonly string[] =>
  interfaces.flatMap(({ addresses }) => addresses.map(({ subnetId }) => subnetId));

const subnetsOutside = ({ gateway }: Joined): readonly string[] =>
  (gateway?.addresses ?? []).map(({ subnetId }) => subnetId);

/** Of IPv6 subnets out of pools of the scope's project. */
async function scopesOfSubnets(
  read: DirectoryReader,
  subnetIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (subnetIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('subnets')
    .innerJoin('subnet_pools', 'subnet_pools.id', 'subnets.subnetpool_id')
    .innerJoin('address_scopes', 'address_scopes.id', 'subnet_pools.address_scope_id')
    .select(['subnets.id as subnet_id', 'address_scopes.id as scope_id'])
    .where('subnets.id', 'in', [...subnetIds])
    .where('subnets.ip_version', '=', 6)
    .whereRef('subnet_pools.project_id', '=', 'address_scopes.project_id')
    .execute();
  return new Map(rows.map(({ subnet_id, scope_id }) => [subnet_id, scope_id]));
}
