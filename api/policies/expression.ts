/** A check as a tree. */
export type Expression =
  | { readonly kind: 'all' | 'none' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'rule'; readonly rule: string }
  /** An attribute of the caller is the one of the target, or a constant. */
  | { readonly kind: 'attribute'; readonly attribute: CallerAttribute; readonly value: TargetAttribute | Constant }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

interface Constant {
  readonly constant: string;
}

export const CALLER_ATTRIBUTES = [
  'project_id',
  'tenant_id',
  'user_id',
  'user_domain_id',
  'project_domain_id',
  'application_credential_id',
  'is_admin',
] as const;
export type CallerAttribute = (typeof CALLER_ATTRIBUTES)[number];

/**
 * What a check may say about the target. `project_id`, `tenant_id`, `owner` and `user_id` are those of the caller where a call has no other
 * target; those of Keystone, which begin with `target.`, match nothing there.
 */
export const TARGET_ATTRIBUTES = [
  'project_id',
  'tenant_id',
  'owner',
  'user_id',
  'target.project.id',
  'target.user.id',
  'target.token.user_id',
] as const;
export type TargetAttribute = (typeof TARGET_ATTRIBUTES)[number];

/** Why a text is not a check. `at` counts characters from 0. */
export class ExpressionError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
