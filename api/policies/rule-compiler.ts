import { type Compiled, compileExpression } from './compile-expression.ts';
import { ExpressionError } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import { isRuleName, RULES, type RuleName } from './table.ts';

/** Why a check of a rule cannot be used. */
export class RuleError extends Error {
  readonly rule: string;
  /** Where in the check, characters from 0. */
  readonly at: number;

  constructor(rule: string, message: string, at = 0) {
    super(message);
    this.rule = rule;
    this.at = at;
  }
}

/** Compiles rules, each once, with the rules that they refer to. */
export class RuleCompiler {
  readonly #checkOf: (name: RuleName) => string;
  readonly #compiled: Map<RuleName, Compiled>;

  /** @param given rules whose answer is known otherwise. */
  constructor(checkOf: (name: RuleName) => string, given: ReadonlyMap<RuleName, Compiled> = new Map()) {
    this.#checkOf = checkOf;
    this.#compiled = new Map(given);
  }

  /** @throws RuleError when the check cannot be read, or refers to a rule that does not exist, or to itself. */
  compile(name: RuleName, path: readonly RuleName[] = []): Compiled {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const check = this.#checkOf(name);
    const through = [...path, name];
    const compiled = compileExpression(parsed(name, check), (other) => {
      if (!isRuleName(other)) throw new RuleError(name, `there is no rule ${other}`, check.indexOf(`rule:${other}`));
      const cycle = through.indexOf(other);
      if (cycle === -1) return this.compile(other, through);
      throw new RuleError(other, `it refers to itself: ${[...through.slice(cycle), other].join(' → ')}`);
    });
    this.#compiled.set(name, compiled);
    return compiled;
  }
}

/** A rule as routes ask it: its scope besides its check. */
export function withScope(name: RuleName, check: Compiled): Compiled {
  if (RULES[name].scope === 'any') return check;
  return {
    allows: (caller, target) => caller.projectId !== '' && check.allows(caller, target),
    mayAllow: (caller) => caller.projectId !== '' && check.mayAllow(caller),
    mustAllow: (caller) => caller.projectId !== '' && check.mustAllow(caller),
  };
}

function parsed(name: RuleName, check: string) {
  try {
    return parseExpression(check);
  } catch (error) {
    if (error instanceof ExpressionError) throw new RuleError(name, error.message, error.at);
    throw error;
  }
}
