import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { authorize, type Policy, policy } from '../http/policy.ts';
import type { ApiRequest } from '../http/route.ts';
import type { RuleNameOf } from '../policies/table.ts';

/** Keystone's refusal, naming the action. */
const notAllowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `You are not authorized to perform the requested action: ${rule}.`);

type Short<N> = N extends `identity:${infer S}` ? S : never;

/** A rule by Keystone's name for it: `list_users`. */
export const identityPolicy = (rule: Short<RuleNameOf<'identity'>>): Policy => policy(`identity:${rule}`, notAllowed);

/** Checks a rule for the user that a path names. @throws VolvoxError forbidden */
export const authorizeFor = (rule: Policy, { caller }: ApiRequest, userId: string): void =>
  authorize(rule, caller, { userId });
