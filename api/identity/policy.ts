import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ADMIN, authorize, type Policy, type PolicyCheck, policy } from '../http/policy.ts';
import type { ApiRequest } from '../http/route.ts';

/** Keystone's refusal, naming the action. */
const notAllowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `You are not authorized to perform the requested action: identity:${rule}.`);

/** A rule by Keystone's name for it: `list_users`. */
export const identityPolicy = (rule: string, check: PolicyCheck = ADMIN): Policy => policy(rule, check, notAllowed);

/** Admins, and everybody for themselves. */
export const SELF: PolicyCheck = (caller, { userId }) => caller.isAdmin || caller.userId === userId;
/** Admins, and everybody in the project of their token. */
export const OWN_PROJECT: PolicyCheck = (caller, { projectId }) => caller.isAdmin || caller.projectId === projectId;

/** Checks a rule for the user that a path names. @throws VolvoxError forbidden */
export const authorizeFor = (rule: Policy, { caller }: ApiRequest, userId: string): void =>
  authorize(rule, caller, { userId });
