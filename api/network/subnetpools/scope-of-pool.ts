import type { DirectoryTx } from '#platform/directory/directory.ts';
import { lockAddressScope, poolsOfScope } from '#platform/directory/stores/address-scopes.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import type { SubnetPoolRecord } from '#platform/directory/stores/subnet-pools.ts';
import { overlaps, parseCidr } from '#platform/objects/ip-address.ts';
import { conflicting, invalidInput } from '../policy.ts';

type Scoped = Pick<SubnetPoolRecord, 'id' | 'ipVersion' | 'prefixes' | 'addressScopeId'>;

/**
 * Locks the scope of a pool, so that no other pool enters it before the transaction ends, and checks that the pool may be in it.
 * @throws VolvoxError not-found for a scope that the viewer may not know of, invalid for one of the other version, conflict when a pool
 * in it has one of the addresses.
 */
export async function requireScope(tx: DirectoryTx, viewer: NetworkViewer, pool: Scoped): Promise<void> {
  if (pool.addressScopeId === null) return;
  const scope = await lockAddressScope(tx, viewer, pool.addressScopeId);
  if (scope.ipVersion !== pool.ipVersion) {
    throw invalidInput(
      `Invalid input for address_scope_id: address scope ${scope.id} is of IP version ${scope.ipVersion}. Expected: ${pool.ipVersion}, as the prefixes.`,
      'IllegalSubnetPoolIpVersionForAddressScope',
    );
  }
  const own = pool.prefixes.flatMap((text) => parseCidr(text) ?? []);
  const others = (await poolsOfScope(tx, scope.id)).filter(({ id }) => id !== pool.id);
  const taken = others.flatMap(({ prefixes }) => prefixes.flatMap((text) => parseCidr(text) ?? []));
  if (!taken.some((one) => own.some((cidr) => overlaps(one, cidr)))) return;
  throw conflicting(
    'Failed to associate address scope: subnetpools within an address scope must have unique prefixes.',
    'AddressScopePrefixConflict',
  );
}
