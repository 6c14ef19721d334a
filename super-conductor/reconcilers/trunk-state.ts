import type { TrunkToLookAt } from '#platform/directory/stores/trunk-states.ts';
import type { PortOnHost } from '#platform/objects/port-binding.ts';

interface TrunkState {
  readonly status: TrunkToLookAt['status'];
  /** Why it is not active, as a host says. */
  readonly reason: string | null;
}

/**
 * The state of a trunk, from what hosts have built of its ports. ACTIVE: all of it. DEGRADED: the parent and some subports, and a host says why
 * it cannot build another. DOWN: no host has the parent, or a host says why it cannot build the parent, or
 * any of the subports. BUILD: it is not known yet. While a server moves,
 * a port is on two hosts: what one of them has built, is built. Pure.
 */
export function trunkState(
  { portId, subportIds }: Pick<TrunkToLookAt, 'portId' | 'subportIds'>,
  told: readonly PortOnHost[],
): TrunkState {
  const [parent, ...subports] = [portId, ...subportIds].map((id) => stateOf(told.filter((one) => one.portId === id)));
  if (parent === undefined || !told.some((one) => one.portId === portId)) return { status: 'DOWN', reason: null };
  if (parent.reason !== null) return { status: 'DOWN', reason: parent.reason };
  if (!parent.isBuilt) return { status: 'BUILD', reason: null };
  if (subports.every(({ isBuilt }) => isBuilt)) return { status: 'ACTIVE', reason: null };
  if (subports.some((one) => !one.isBuilt && one.reason === null)) return { status: 'BUILD', reason: null };
  const failed = subports.find(({ isBuilt }) => !isBuilt);
  return { status: subports.some(({ isBuilt }) => isBuilt) ? 'DEGRADED' : 'DOWN', reason: failed?.reason ?? null };
}

/** Of one port, on one host or two. */
function stateOf(told: readonly PortOnHost[]): { readonly isBuilt: boolean; readonly reason: string | null } {
  if (told.some(({ settled, error }) => settled && error === null)) return { isBuilt: true, reason: null };
  const failed = told.find(({ error }) => error !== null);
  return { isBuilt: false, reason: failed === undefined ? null : `host ${failed.hostName}: ${failed.error}` };
}
