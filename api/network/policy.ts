import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ADMIN, authorize, type Policy, type PolicyCheck, policy } from '../http/policy.ts';
import type { Caller } from '../identity/caller.ts';

/** Neutron's refusal, naming the rule. */
const disallowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `rule:${rule} is disallowed by policy`, { details: { type: 'PolicyNotAuthorized' } });

/** A rule by Neutron's name for it: `create_network`. */
export const networkPolicy = (rule: string, check: PolicyCheck): Policy => policy(rule, check, disallowed);

/** The rule of one attribute, `create_network:shared`; a request that gives the attribute needs it besides the rule of the noun. */
export const attributePolicy = (rule: Policy, attribute: string, check: PolicyCheck): Policy =>
  networkPolicy(`${rule.rule}:${attribute}`, check);

/** Attributes that only an admin may give. @throws VolvoxError forbidden that names the first of them. */
export function authorizeAttributes(rule: Policy, caller: Caller, given: object, adminKeys: readonly string[]): void {
  const key = adminKeys.find((candidate) => Object.hasOwn(given, candidate));
  if (key !== undefined) authorize(attributePolicy(rule, key, ADMIN), caller);
}

/** The project that owns a new object: the caller's; an admin may name another one. @throws VolvoxError forbidden */
export function ownerOf(rule: Policy, caller: Caller, given: { project_id?: string; tenant_id?: string }): string {
  const projectId = given.project_id ?? given.tenant_id ?? caller.projectId;
  authorize(rule, caller, { projectId });
  return projectId;
}

export const invalidInput = (message: string, type = 'InvalidInput'): VolvoxError =>
  new VolvoxError('invalid', message, { details: { type } });
export const conflicting = (message: string, type: string): VolvoxError =>
  new VolvoxError('conflict', message, { details: { type } });
