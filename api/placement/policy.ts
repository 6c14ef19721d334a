import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Policy, policy } from '../http/policy.ts';
import type { RuleNameOf } from '../policies/table.ts';

type Short<N> = N extends `placement:${infer S}` ? S : never;

const refused = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `${rule} is disallowed by policy.`, { details: { code: 'placement.undefined_code' } });

/** A rule by the Placement service's name for it. @param rule `resource_providers:list`. */
export const placementPolicy = (rule: Short<RuleNameOf<'placement'>>): Policy => policy(`placement:${rule}`, refused);
