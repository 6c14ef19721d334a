import type { Claim } from '#platform/objects/claim.ts';
import { amountsOf } from '../providers/provider.ts';

/** What a server has claimed on a host: the sum of its guests there. */
interface Allocation {
  readonly consumer: string;
  readonly provider: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly consumerGeneration: number;
}

/** The claims as allocations, one for each server and host. Pure. */
export function allocationsOf(claims: readonly Claim[]): readonly Allocation[] {
  const sums = new Map<string, Allocation>();
  for (const claim of claims) {
    const { instanceUuid, hostId, instanceVersion } = claim;
    const key = `${instanceUuid} ${hostId}`;
    const known = sums.get(key);
    sums.set(key, {
      consumer: instanceUuid,
      provider: hostId,
      resources: plus(known?.resources ?? {}, amountsOf(claim)),
      consumerGeneration: Math.max(known?.consumerGeneration ?? 0, instanceVersion),
    });
  }
  return [...sums.values()];
}

/** The sums of amounts by class. */
export function plus(
  amounts: Readonly<Record<string, number>>,
  more: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...amounts };
  for (const [name, amount] of more) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}
