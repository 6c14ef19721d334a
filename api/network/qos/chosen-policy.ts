import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getQosPolicy, keepQosPolicy } from '#platform/directory/stores/qos-policies.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Authorizing } from '../../http/policy.ts';
import { invalidInput } from '../policy.ts';

/**
 * Keeps the policy that a request gives a port or network; call it before these are locked.
 * @throws VolvoxError not-found also when the caller may not know of it.
 */
export async function keepChosenPolicy(
  tx: DirectoryTx,
  caller: Authorizing,
  { qos_policy_id: id }: { readonly qos_policy_id?: string | null | undefined },
): Promise<void> {
  if (id !== undefined && id !== null) await keepQosPolicy(tx, caller, id);
}

/** Who may not use a policy does not free a port or network from it. @throws VolvoxError forbidden in the words of Neutron. */
export async function requireMayReplace(
  tx: DirectoryTx,
  caller: Authorizing,
  before: string | null,
  after: string | null | undefined,
): Promise<void> {
  if (before === null || after === undefined || after === before) return;
  await getQosPolicy(tx, caller, before).catch((error: unknown) => {
    if (!isVolvoxError(error, 'not-found')) throw error;
    throw new VolvoxError('forbidden', `Failed to remove provided policy ${before} because you are not authorized.`, {
      details: { type: 'PolicyRemoveAuthorizationError' },
    });
  });
}

/** @throws VolvoxError invalid: hosts enforce policies on ports of servers, nowhere else. */
export function refusePolicyOf(what: string, { qos_policy_id: id }: { readonly qos_policy_id?: string | null }): void {
  if (id === undefined || id === null) return;
  throw invalidInput(
    `Invalid input for qos_policy_id. Reason: ${what} has no QoS policy here. Give the policy to the port of a server, or to its network.`,
  );
}
