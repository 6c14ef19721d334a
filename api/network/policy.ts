import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Authorizing, allows, authorize, type Policy, policy } from '../http/policy.ts';
import type { RuleNameOf } from '../policies/table.ts';

type NetworkRule = RuleNameOf<'network'>;

/** Neutron's refusal, naming the rule. */
const disallowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `rule:${rule} is disallowed by policy`, { details: { type: 'PolicyNotAuthorized' } });

/** A rule by Neutron's name for it: `create_network`. @param refusedAs the rule that a refusal names; this one when absent. */
export const networkPolicy = (rule: NetworkRule, refusedAs: NetworkRule = rule): Policy =>
  policy(rule, () => disallowed(refusedAs));

/** Rules of attributes, `create_network:shared`; a request that gives the attribute needs its rule besides that of the noun. */
export type AttributePolicies<A extends string = string> = ReadonlyMap<A, Policy>;

/** The names of the attributes that have a rule below `N`: `shared` for `create_network:shared`. */
type AttributeOf<N extends string> = NetworkRule extends infer R ? (R extends `${N}:${infer A}` ? A : never) : never;

/** The rules of attributes of a noun. @param verb `create_network`. */
export const attributePolicies = <
  N extends `${'get' | 'create' | 'update'}_${'network' | 'port' | 'router' | 'subnetpool'}`,
>(
  verb: N,
  attributes: readonly AttributeOf<N>[],
): AttributePolicies<AttributeOf<N>> =>
  new Map(attributes.map((attribute) => [attribute, networkPolicy(`${verb}:${attribute}` as NetworkRule)]));

/** @throws VolvoxError forbidden that names the first attribute that the caller may not give. */
export function authorizeAttributes(rules: AttributePolicies, caller: Authorizing, given: object): void {
  for (const [attribute, rule] of rules) if (Object.hasOwn(given, attribute)) authorize(rule, caller);
}

/** The attributes that the caller may see of a thing of this project. */
export const visibleAttributes = (
  rules: AttributePolicies,
  caller: Authorizing,
  projectId: string,
  attributes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) => {
      const rule = rules.get(name);
      return rule === undefined || allows(rule, caller, { projectId });
    }),
  );

/** The project that owns a new object: the caller's; an admin may name another one. @throws VolvoxError forbidden */
export function ownerOf(rule: Policy, caller: Authorizing, given: { project_id?: string; tenant_id?: string }): string {
  const projectId = given.project_id ?? given.tenant_id ?? caller.projectId;
  authorize(rule, caller, { projectId });
  return projectId;
}

export const invalidInput = (message: string, type = 'InvalidInput'): VolvoxError =>
  new VolvoxError('invalid', message, { details: { type } });
export const conflicting = (message: string, type: string): VolvoxError =>
  new VolvoxError('conflict', message, { details: { type } });
