import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Policy } from '../../api/http/policy.ts';
import type { Caller } from '../../api/identity/caller.ts';

/** A policy outside of the table, for tests of the frame. @param allows who passes; everybody when absent. */
export function aPolicy(
  rule: string,
  allows: (caller: Caller) => boolean = () => true,
  refusal: Policy['refusal'] = (name) => new VolvoxError('forbidden', `Policy doesn't allow ${name} to be performed.`),
): Policy {
  return { rule, check: { allows, mayAllow: allows }, refusal };
}

export const isAdmin = (caller: Caller): boolean => caller.isAdmin;
