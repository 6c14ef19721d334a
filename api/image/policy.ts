import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Authorizing, authorize, type Policy, policy } from '../http/policy.ts';
import type { RuleNameOf } from '../policies/table.ts';

type ImageRule = RuleNameOf<'image'>;

const notAuthorized = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `You are not authorized to complete ${rule} action.`);

/** A rule with Glance's name: `add_image`. The visibility of each image decides who may see it. */
export const imagePolicy = (rule: ImageRule): Policy => policy(rule, notAuthorized);

/** Only the owner may change an image. @param doing completes "You are not permitted to … this image." */
export const ownerPolicy = (rule: ImageRule, doing: string): Policy =>
  policy(rule, () => new VolvoxError('forbidden', `You are not permitted to ${doing} this image.`));

const PUBLICIZE = imagePolicy('publicize_image');

/** @throws VolvoxError forbidden when a caller who is not an admin makes an image public. */
export function requirePublisher(caller: Authorizing, visibility: string): void {
  if (visibility === 'public') authorize(PUBLICIZE, caller);
}
