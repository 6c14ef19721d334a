import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ANYBODY, type Policy, type PolicyCheck, policy } from '../http/policy.ts';
import type { Caller } from '../identity/caller.ts';

const notAuthorized = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `You are not authorized to complete ${rule} action.`);

/** A rule with Glance's name: `add_image`. The visibility of each image decides who may see it. */
export const imagePolicy = (rule: string, check: PolicyCheck = ANYBODY): Policy => policy(rule, check, notAuthorized);

const isOwner: PolicyCheck = (caller, { projectId }) =>
  caller.isAdmin || (projectId === caller.projectId && caller.roles.includes('member'));

/** Only the owner may change an image. @param doing completes "You are not permitted to … this image." */
export const ownerPolicy = (rule: string, doing: string): Policy =>
  policy(rule, isOwner, () => new VolvoxError('forbidden', `You are not permitted to ${doing} this image.`));

/** A member of any project. */
export const IS_MEMBER: PolicyCheck = (caller) => caller.isAdmin || caller.roles.includes('member');

const PUBLICIZE = imagePolicy('publicize_image', (caller) => caller.isAdmin);

/** @throws VolvoxError forbidden when a caller who is not an admin makes an image public. */
export function requirePublisher(caller: Caller, visibility: string): void {
  if (visibility === 'public' && !PUBLICIZE.check(caller, {})) throw PUBLICIZE.refusal(PUBLICIZE.rule);
}
