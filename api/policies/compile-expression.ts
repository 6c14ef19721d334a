import type { Caller } from '../identity/caller.ts';
import type { Check, PolicyTarget } from './check.ts';
import type { CallerAttribute, Expression, TargetAttribute } from './expression.ts';

/** A question about a caller and a target, and what is known about its answer for an unknown target. */
interface Compiled extends Check {
  /** Whether the caller passes for every target. */
  readonly mustAllow: (caller: Caller) => boolean;
}

/** Finds the check of another rule. @throws when there is none. */
type FindRule = (name: string) => Compiled;

export type { Compiled };

const EVERYBODY: Compiled = { allows: () => true, mayAllow: () => true, mustAllow: () => true };
const NOBODY: Compiled = { allows: () => false, mayAllow: () => false, mustAllow: () => false };

/** Makes closures of a check, once; a request only calls them. @param find the check of a rule that this one refers to. */
export function compileExpression(expression: Expression, find: FindRule): Compiled {
  switch (expression.kind) {
    case 'all':
      return EVERYBODY;
    case 'none':
      return NOBODY;
    case 'rule':
      return find(expression.rule);
    case 'role':
      return ofCaller(hasRole(expression.role));
    case 'attribute': {
      const read = CALLER[expression.attribute];
      const { value } = expression;
      if (typeof value === 'object') return ofCaller((caller) => read(caller) === value.constant);
      if (expression.attribute === 'project_id' && value === 'project_id') return IN_PROJECT;
      if (expression.attribute === 'user_id' && value === 'user_id') return OF_USER;
      const of = TARGET[value];
      return ofTarget((caller, target) => read(caller) === of(target, caller));
    }
    case 'not': {
      const inner = compileExpression(expression.of, find);
      return {
        allows: (caller, target) => !inner.allows(caller, target),
        mayAllow: (caller) => !inner.mustAllow(caller),
        mustAllow: (caller) => !inner.mayAllow(caller),
      };
    }
    case 'and':
      return expression.of.map((part) => compileExpression(part, find)).reduce(both);
    case 'or':
      return expression.of.map((part) => compileExpression(part, find)).reduce(either);
  }
}

/** A question that the caller alone answers. */
export const ofCaller = (test: (caller: Caller) => boolean): Compiled => ({
  allows: test,
  mayAllow: test,
  mustAllow: test,
});

const both = (one: Compiled, other: Compiled): Compiled => ({
  allows: (caller, target) => one.allows(caller, target) && other.allows(caller, target),
  mayAllow: (caller) => one.mayAllow(caller) && other.mayAllow(caller),
  mustAllow: (caller) => one.mustAllow(caller) && other.mustAllow(caller),
});
const either = (one: Compiled, other: Compiled): Compiled => ({
  allows: (caller, target) => one.allows(caller, target) || other.allows(caller, target),
  mayAllow: (caller) => one.mayAllow(caller) || other.mayAllow(caller),
  mustAllow: (caller) => one.mustAllow(caller) || other.mustAllow(caller),
});

const hasRole = (role: string) => (caller: Caller) => {
  for (const name of caller.roles) {
    if (name === role || (name.length === role.length && name.toLowerCase() === role)) return true;
  }
  return false;
};

/** Equal to an attribute of the target: for an unknown target possible and not certain. */
const ofTarget = (allows: Compiled['allows']): Compiled => ({ allows, mayAllow: () => true, mustAllow: () => false });

/** The two comparisons of almost every rule, without a detour. */
const IN_PROJECT = ofTarget((caller, target) => (target.projectId ?? caller.projectId) === caller.projectId);
const OF_USER = ofTarget((caller, target) => (target.userId ?? caller.userId) === caller.userId);

/** As oslo.policy compares: texts, and `None` where there is nothing. */
const CALLER: Readonly<Record<CallerAttribute, (caller: Caller) => string>> = {
  project_id: ({ projectId }) => projectId || 'None',
  tenant_id: ({ projectId }) => projectId || 'None',
  user_id: ({ userId }) => userId || 'None',
  user_domain_id: ({ userDomainId }) => userDomainId || 'None',
  project_domain_id: ({ projectDomainId }) => projectDomainId || 'None',
  application_credential_id: ({ applicationCredentialId }) => applicationCredentialId ?? 'None',
  is_admin: ({ isAdmin }) => (isAdmin ? 'True' : 'False'),
};

/** Undefined matches nothing. */
type ReadTarget = (target: PolicyTarget, caller: Caller) => string | undefined;
const project: ReadTarget = (target, caller) => target.projectId ?? CALLER.project_id(caller);
const TARGET: Readonly<Record<TargetAttribute, ReadTarget>> = {
  project_id: project,
  tenant_id: project,
  owner: project,
  user_id: (target, caller) => target.userId ?? CALLER.user_id(caller),
  'target.project.id': ({ projectId }) => projectId,
  'target.user.id': ({ userId }) => userId,
  'target.token.user_id': ({ userId }) => userId,
};
