import type { Caller } from '../identity/caller.ts';
import type { Check } from './check.ts';
import { type Compiled, ofCaller } from './compile-expression.ts';
import { RuleCompiler, withScope } from './rule-compiler.ts';
import { RULES, type RuleName } from './table.ts';

/** The rules that say who is an admin. The request's context holds their answer, so that no other rule asks again. */
type AdminRule = 'context_is_admin' | 'admin_required';
/** Who is an admin as the context says. */
const ADMIN = ofCaller((caller) => caller.isAdmin);
const KNOWN = new Map<RuleName, Compiled>([
  ['context_is_admin', ADMIN],
  ['admin_required', ADMIN],
]);

/** The policies in force: those of the table, and those of the operator's file in place of them. */
export interface PolicySet {
  /** The checks to use instead of the table's, by rule. Empty without a file. */
  readonly changed: ReadonlyMap<string, Check>;
  /** Whether a caller is an admin, by a rule that says so. */
  readonly isAdmin: (rule: AdminRule, caller: Caller) => boolean;
}

/** What the operator's file says, by rule. */
export type Overrides = ReadonlyMap<RuleName, string>;

const defaults = new RuleCompiler((name) => RULES[name].check, KNOWN);

/** The check of a rule as the table has it. */
export const defaultCheck = (name: RuleName): Check => withScope(name, defaults.compile(name));

export const DEFAULT_POLICIES: PolicySet = { changed: new Map(), isAdmin: (_rule, caller) => caller.isAdmin };

/** @throws RuleError when a check cannot be read, or refers to a rule that does not exist, or to itself. */
export function createPolicySet(overrides: Overrides): PolicySet {
  if (overrides.size === 0) return DEFAULT_POLICIES;
  const checkOf = (name: RuleName): string => overrides.get(name) ?? RULES[name].check;
  const compiler = new RuleCompiler(checkOf, KNOWN);
  // A rule that refers to a changed one has changed as well.
  const changed = new Map(
    (Object.keys(RULES) as RuleName[]).map((name) => [name as string, withScope(name, compiler.compile(name))]),
  );
  const admins = {
    context_is_admin: adminOf(overrides, checkOf, 'context_is_admin'),
    admin_required: adminOf(overrides, checkOf, 'admin_required'),
  };
  return { changed, isAdmin: (rule, caller) => admins[rule](caller) };
}

function adminOf(overrides: Overrides, checkOf: (name: RuleName) => string, rule: AdminRule) {
  const compiled = new RuleCompiler(checkOf).compile(rule);
  return overrides.has(rule) ? (caller: Caller) => compiled.allows(caller, {}) : (caller: Caller) => caller.isAdmin;
}
