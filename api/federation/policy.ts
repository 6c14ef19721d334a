import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Policy, policy } from '../http/policy.ts';
import type { RuleNameOf } from '../policies/table.ts';

const needsAdmin = (): VolvoxError => new VolvoxError('forbidden', 'This request requires the role admin.');

type Short<N> = N extends `federation:${infer S}` ? S : never;

/** A policy of the Federation API, which only operators may use. @param rule the action, for example `cells:list`. */
export const federationPolicy = (rule: Short<RuleNameOf<'federation'>>): Policy =>
  policy(`federation:${rule}`, needsAdmin);
