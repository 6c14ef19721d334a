import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { NetworkViewer } from '#platform/directory/stores/networks.ts';
import {
  defaultSubnetPool,
  lockSubnetPool,
  type SubnetPoolRecord,
  subnetsOfPool,
} from '#platform/directory/stores/subnet-pools.ts';
import { invalidInput } from '../policy.ts';
import type { NewSubnet } from '../subnets/schema.ts';
import { takePrefix } from './take-prefix.ts';

interface PlacedRange {
  readonly cidr: string;
  /** null: the request named the range, and no pool. */
  readonly subnetPoolId: string | null;
}

/**
 * The range of a new subnet: the given one, or one out of a pool. The pool stays locked until the transaction ends.
 * @throws VolvoxError invalid (neither a range nor a pool, or what does not go with a pool), not-found (the pool), conflict (see `takePrefix`).
 */
export async function rangeOfSubnet(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  given: NewSubnet,
  projectId: string,
): Promise<PlacedRange> {
  const pool = await poolOf(tx, viewer, given);
  if (pool === null) {
    if (given.prefixlen !== undefined)
      throw invalidInput('Invalid input for prefixlen. Reason: it needs a subnet pool.');
    if (given.cidr !== undefined) return { cidr: given.cidr, subnetPoolId: null };
    throw invalidInput('Bad subnets request: a subnetpool must be specified in the absence of a cidr.', 'BadRequest');
  }
  if (pool.ipVersion !== given.ip_version) {
    throw invalidInput(
      `Invalid input for operation: Cannot allocate IPv${given.ip_version} subnet from IPv${pool.ipVersion} subnet pool.`,
    );
  }
  if (given.cidr !== undefined && given.prefixlen !== undefined) {
    throw invalidInput('Bad subnets request: cidr and prefixlen must not be supplied together.', 'BadRequest');
  }
  if (given.cidr === undefined && (given.allocation_pools !== undefined || typeof given.gateway_ip === 'string')) {
    throw invalidInput(
      'Bad subnets request: allocation_pools and gateway_ip are allowed only for specific subnet requests.',
      'BadRequest',
    );
  }
  const { cidr, prefixlen } = given;
  const asked = { projectId, cidr, prefixlen: prefixlen === undefined ? undefined : Number(prefixlen) };
  return { cidr: takePrefix(pool, await subnetsOfPool(tx, pool.id), asked), subnetPoolId: pool.id };
}

async function poolOf(tx: DirectoryTx, viewer: NetworkViewer, given: NewSubnet): Promise<SubnetPoolRecord | null> {
  const id = given.subnetpool_id ?? null;
  if (given.use_default_subnetpool !== true) return id === null ? null : lockSubnetPool(tx, viewer, id);
  if (id !== null) {
    throw invalidInput(
      'Bad subnets request: subnetpool_id and use_default_subnetpool cannot both be specified.',
      'BadRequest',
    );
  }
  const found = await defaultSubnetPool(tx, viewer, given.ip_version);
  if (found !== undefined) return lockSubnetPool(tx, viewer, found.id);
  throw invalidInput(`Bad subnets request: No default subnetpool found for IPv${given.ip_version}.`, 'BadRequest');
}
