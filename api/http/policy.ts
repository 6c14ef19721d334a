import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '../identity/caller.ts';
import type { Check, PolicyTarget } from '../policies/check.ts';
import { defaultCheck, type PolicySet } from '../policies/policy-set.ts';
import { isRuleName, RULES, type RuleName } from '../policies/table.ts';

/** A rule of the table, with the words in which its API refuses. A noun's `policy.ts` is a list of them. */
export interface Policy {
  /** The name for operators: `os_compute_api:servers:create`. */
  readonly rule: string;
  /** The default of the table. */
  readonly check: Check;
  /** Creates the error that clients of the API expect. */
  readonly refusal: (rule: string) => VolvoxError;
}

/** A caller, and the policies that were in force when its request came. */
export interface Authorizing extends Caller {
  readonly policies: PolicySet;
}

const novaRefusal = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `Policy doesn't allow ${rule} to be performed.`);

/** @param refusal how the API of the rule words a refusal; Nova's sentence when absent. */
export const policy = (rule: RuleName, refusal: Policy['refusal'] = novaRefusal): Policy => ({
  rule,
  check: defaultCheck(rule),
  refusal,
});

export function allows({ rule, check }: Policy, caller: Authorizing, target: PolicyTarget = {}): boolean {
  return (caller.policies.changed.get(rule) ?? check).allows(caller, target);
}

/** The callers (one object a request) for whom a policy was checked. */
const authorized = new WeakSet<Caller>();
/** Whether any policy was checked for this request. */
export const wasAuthorized = (caller: Caller): boolean => authorized.has(caller);

/** @throws VolvoxError forbidden, in the words of the rule's API. */
export function authorize(rule: Policy, caller: Authorizing, target: PolicyTarget = {}): void {
  authorized.add(caller);
  if (!allows(rule, caller, target)) throw refusedBy(rule, caller);
}

/**
 * Refuses whoever passes for no target at all, before anybody has looked for one. The handler still has to `authorize`.
 * @throws VolvoxError forbidden, in the words of the rule's API.
 */
export function authorizeSome(policy: Policy, caller: Authorizing): void {
  const { rule, check } = policy;
  if (!(caller.policies.changed.get(rule) ?? check).mayAllow(caller)) throw refusedBy(policy, caller);
}

/** The refusal in the words of the API, then the rule, what it needs, and what the token has. Checks of the operator's file are not shown. */
function refusedBy({ rule, refusal }: Policy, { policies, roles }: Authorizing): VolvoxError {
  const { kind, message, details } = refusal(rule);
  const isDefault = isRuleName(rule) && !policies.changed.has(rule);
  const needs = isDefault ? `needs "${RULES[rule].check}"` : 'is set by the operator of this region';
  const has = roles.length === 0 ? 'no role' : `the roles ${[...roles].sort().join(', ')}`;
  const words = message.endsWith('.') ? message : `${message}.`;
  return new VolvoxError(kind, `${words} The policy ${rule} ${needs}; this token has ${has}.`, { details });
}

/** The resource, once the caller may do this in its project. @throws VolvoxError forbidden */
export function authorizeOwner<R extends { readonly projectId: string }>(
  rule: Policy,
  caller: Authorizing,
  found: R,
): R {
  authorize(rule, caller, { projectId: found.projectId });
  return found;
}
