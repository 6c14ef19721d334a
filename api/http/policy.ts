import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '../identity/caller.ts';

/** The owner of the object. Absent members default to the caller's. */
interface PolicyTarget {
  readonly projectId?: string;
  readonly userId?: string;
}

export type PolicyCheck = (caller: Caller, target: PolicyTarget) => boolean;

const isOwnProject = (caller: Caller, target: PolicyTarget): boolean =>
  target.projectId === undefined || target.projectId === caller.projectId;

export const ANYBODY: PolicyCheck = () => true;
export const ADMIN: PolicyCheck = (caller) => caller.isAdmin;
export const MANAGER: PolicyCheck = (caller, target) =>
  caller.isAdmin || (isOwnProject(caller, target) && caller.roles.includes('manager'));
export const MEMBER: PolicyCheck = (caller, target) =>
  caller.isAdmin || (isOwnProject(caller, target) && caller.roles.includes('member'));
export const READER: PolicyCheck = (caller, target) =>
  caller.isAdmin || (isOwnProject(caller, target) && caller.roles.includes('reader'));
export const OWN_USER: PolicyCheck = (caller, target) =>
  caller.isAdmin || target.userId === undefined || target.userId === caller.userId;

/** A named rule and its default. A noun's `policy.ts` is a list of them. */
export interface Policy {
  /** The name for operators: `os_compute_api:servers:create`. */
  readonly rule: string;
  readonly check: PolicyCheck;
  /** Creates the error that clients of the API expect. */
  readonly refusal: (rule: string) => VolvoxError;
}

const novaRefusal = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `Policy doesn't allow ${rule} to be performed.`);

/** @param refusal how the API of the rule words a refusal; Nova's sentence when absent. */
export const policy = (rule: string, check: PolicyCheck, refusal: Policy['refusal'] = novaRefusal): Policy => ({
  rule,
  check,
  refusal,
});

export const allows = (rule: Policy, caller: Caller, target: PolicyTarget = {}): boolean => rule.check(caller, target);

/** The callers (one object a request) for whom a policy was checked. */
const authorized = new WeakSet<Caller>();
/** Whether any policy was checked for this request. */
export const wasAuthorized = (caller: Caller): boolean => authorized.has(caller);

/** @throws VolvoxError forbidden, in the words of the rule's API. */
export function authorize(rule: Policy, caller: Caller, target: PolicyTarget = {}): void {
  authorized.add(caller);
  if (!allows(rule, caller, target)) throw rule.refusal(rule.rule);
}

/** The resource, once the caller may do this in its project. @throws VolvoxError forbidden */
export function authorizeOwner<R extends { readonly projectId: string }>(rule: Policy, caller: Caller, found: R): R {
  authorize(rule, caller, { projectId: found.projectId });
  return found;
}
