import { withImplied } from '#platform/directory/stores/roles.ts';
import { type Caller, NOBODY } from '../../api/identity/caller.ts';
import type { PolicyTarget } from '../../api/policies/check.ts';
import { defaultCheck, type PolicySet } from '../../api/policies/policy-set.ts';
import type { RuleName } from '../../api/policies/table.ts';

/** Who asks, and about whose thing. */
interface PolicyQuestion {
  readonly caller: Caller;
  readonly target: PolicyTarget;
}

/** Ids of the caller where nobody names others. */
const OWN = { project: 'own-project', user: 'own-user' } as const;

/**
 * @param roles as a token is given them; those that they imply are added (admin ⊃ manager ⊃ member ⊃ reader).
 * @param target `project=ID` and `user=ID`; `own` is the caller's own.
 * @throws when a target is neither.
 */
export function policyQuestion(roles: readonly string[], target: readonly string[]): PolicyQuestion {
  const all = withImplied(roles);
  const caller = { ...NOBODY, projectId: OWN.project, userId: OWN.user, roles: all, isAdmin: all.includes('admin') };
  return { caller, target: Object.assign({ projectId: OWN.project, userId: OWN.user }, ...target.map(targetOf)) };
}

/** Whether the policies let the caller do what the rule guards. */
export function answerOf(policies: PolicySet, rule: RuleName, { caller, target }: PolicyQuestion): boolean {
  const admin = rule.startsWith('identity:') || rule.startsWith('federation:') ? 'admin_required' : 'context_is_admin';
  const asked = { ...caller, isAdmin: policies.isAdmin(admin, caller) };
  return (policies.changed.get(rule) ?? defaultCheck(rule)).allows(asked, target);
}

function targetOf(text: string): PolicyTarget {
  const [, name, id = ''] = /^(project|user)=(.+)$/.exec(text) ?? [];
  if (name === 'project') return { projectId: id === 'own' ? OWN.project : id };
  if (name === 'user') return { userId: id === 'own' ? OWN.user : id };
  throw new Error(`--target: expected project=ID or user=ID, got ${text}`);
}
