import { VolvoxError } from '../../errors/volvox-error.ts';
import { overlaps, parseCidr } from '../../objects/ip-address.ts';
import type { DirectoryTx } from '../directory.ts';

/** A subnet, by what its range is compared with. */
interface Ranged {
  readonly id: string;
  readonly cidr: string;
}

/**
 * The hosts have one outside. A range of it is of one external network: two that share a range would give the same address to two projects,
 * and lead it to two hosts. The transaction has locked the network, then waits here for whoever changes what is outside.
 * @param subnets of the network, when it is external or becomes it.
 * @throws VolvoxError conflict that names both subnets.
 */
export async function requireOwnRanges(tx: DirectoryTx, networkId: string, subnets: readonly Ranged[]): Promise<void> {
  await tx.selectFrom('outside_turn').select('id').where('id', '=', 1).forUpdate().execute();
  const others = await tx
    .selectFrom('subnets')
    .innerJoin('networks', 'networks.id', 'subnets.network_id')
    .select(['subnets.id', 'subnets.cidr', 'subnets.network_id'])
    .where('networks.external', '=', 1)
    .where('subnets.network_id', '<>', networkId)
    .execute();
  for (const own of subnets) {
    const other = others.find((one) => share(own.cidr, one.cidr));
    if (other === undefined) continue;
    throw new VolvoxError(
      'conflict',
      `Subnet ${own.id} (${own.cidr}) of external network ${networkId} overlaps with subnet ${other.id} (${other.cidr}) of external network ${other.network_id}. External networks share one outside: choose a range that none of them has.`,
      { details: { type: 'ExternalSubnetOverlap' } },
    );
  }
}

function share(one: string, other: string): boolean {
  const a = parseCidr(one);
  const b = parseCidr(other);
  return a !== null && b !== null && a.version === b.version && overlaps(a, b);
}

/** As `requireOwnRanges`, for all subnets of a network that becomes external. */
export async function requireOwnRangesOf(tx: DirectoryTx, networkId: string): Promise<void> {
  const subnets = await tx.selectFrom('subnets').select(['id', 'cidr']).where('network_id', '=', networkId).execute();
  await requireOwnRanges(tx, networkId, subnets);
}
