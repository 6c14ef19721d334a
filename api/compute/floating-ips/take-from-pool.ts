import type { FloatingIpRecord } from '#platform/directory/stores/floating-ips.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Authorizing } from '../../http/policy.ts';
import { takeFloatingIp } from '../../network/floatingips/take-floating-ip.ts';
import { visibleNetworks } from '../networks/visible-networks.ts';

type Deps = Pick<ApiDeps, 'directory' | 'clock'>;

/**
 * Takes a floating address from a pool, an external network by its id or its name.
 * @throws VolvoxError not-found when there is no such pool, or no address in it; conflict when several have the name; forbidden over the quota.
 */
export async function takeFromPool(deps: Deps, caller: Authorizing, pool: string): Promise<FloatingIpRecord> {
  const pools = await visibleNetworks(deps, caller, { external: true });
  const [found, ...others] = pools.filter(({ id, name }) => id === pool || name === pool);
  if (found === undefined) {
    throw new VolvoxError('not-found', `Floating IP pool not found. No external network is named '${pool}' (pool).`);
  }
  if (others.length > 0)
    throw new VolvoxError('conflict', `Multiple floating IP pools matches found for name '${pool}'`);
  const { projectId } = caller;
  return deps.directory
    .transaction(async (tx) => {
      await requireNetworkQuota(tx, 'floatingip', [projectId]);
      const given = { floating_network_id: found.id };
      return takeFloatingIp(tx, caller, given, projectId, timestamp(deps.clock.now()));
    })
    .catch((error: unknown) => {
      throw inWordsOfNova(error, pool);
    });
}

function inWordsOfNova(error: unknown, pool: string): unknown {
  if (!(error instanceof VolvoxError)) return error;
  switch (error.details.type) {
    case 'OverQuota':
      return new VolvoxError('forbidden', 'Floating IP limit exceeded: the project has as many as its quota allows.', {
        cause: error,
      });
    case 'IpAddressGenerationFailure':
    case 'BadRequest':
      return new VolvoxError('not-found', `No more floating IPs in pool ${pool}.`, { cause: error });
    default:
      return error;
  }
}
