/** A rule of the policy table: who may do what, in the words of oslo.policy. */
export interface Rule {
  /** The default check, `rule:project_member_or_admin`; the operator's file may give another one. */
  readonly check: string;
  /** What the rule lets a caller do, one sentence without a period. */
  readonly description: string;
  /**
   * What the rule guards, `POST /servers` or `POST /servers/{id}/action os-start`, after the name of the API where it is another one's
   * (`compute GET /images`); empty for a rule that other rules refer to.
   */
  readonly operations: readonly string[];
  /** `project`: only a token of a project passes. `any`: a token without a project passes as well. */
  readonly scope: 'project' | 'any';
  /** The operator's file may not change it: nobody needs a token for what it guards. */
  readonly fixed?: true;
}

export type RuleTable = Readonly<Record<string, Rule>>;

export const rule = (check: string, description: string, ...operations: readonly string[]): Rule => ({
  check,
  description,
  operations,
  scope: 'project',
});

/** Lets tokens without a project pass, as Keystone's rules do. */
export const anyScope = (check: string, description: string, ...operations: readonly string[]): Rule => ({
  ...rule(check, description, ...operations),
  scope: 'any',
});

/** Guards what needs no token. */
export const open = (description: string, ...operations: readonly string[]): Rule => ({
  ...anyScope(ANYBODY, description, ...operations),
  fixed: true,
});

/** Checks that many rules have as their default. */
export const ANYBODY = '@';
export const ADMIN = 'rule:context_is_admin';
export const MANAGER = 'rule:project_manager_or_admin';
export const MEMBER = 'rule:project_member_or_admin';
export const READER = 'rule:project_reader_or_admin';
export const SERVICE = 'rule:service_or_admin';
export const OWN_USER = 'rule:context_is_admin or user_id:%(user_id)s';
export const OWN_PROJECT = 'rule:context_is_admin or project_id:%(project_id)s';
