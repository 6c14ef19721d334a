import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ExpressionError } from './expression.ts';
import { nearestNames } from './nearest-names.ts';
import { parseExpression } from './parse-expression.ts';
import { createPolicySet, type Overrides, type PolicySet } from './policy-set.ts';
import { RuleError } from './rule-compiler.ts';
import { isRuleName, RULES, type RuleName } from './table.ts';

/** Something wrong in a file, and where. */
interface Problem {
  readonly line: number;
  readonly sentence: string;
}

/** What an operator's file says. */
export interface PolicyFileContent {
  readonly overrides: Overrides;
  readonly policies: PolicySet;
}

/** A longer message helps nobody. */
const MAX_PROBLEMS = 20;
const ALL = Object.keys(RULES);

/**
 * Reads an operator's file: a YAML mapping of rules to checks, `"os_compute_api:servers:create": "role:builder"`.
 * @param source how messages name the file.
 * @throws VolvoxError invalid that names line, rule and what is expected of everything that is wrong.
 */
export function readPolicyFile(text: string, source: string): PolicyFileContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const { errors, contents } = document;
  refuse(
    source,
    errors.map((error) => ({ line: lineAt(error.pos[0]), sentence: error.message })),
  );
  if (contents === null) return { overrides: new Map(), policies: createPolicySet(new Map()) };
  if (!isMap(contents)) {
    throw wrongFile(source, [{ line: 1, sentence: 'expected a mapping of rules to checks, "RULE": "CHECK"' }]);
  }
  const found = contents.items.map((pair) => readPair(pair, lineAt));
  refuse(
    source,
    found.flatMap((entry) => ('sentence' in entry ? [entry] : [])),
  );
  const entries = found.flatMap((entry) => ('sentence' in entry ? [] : [entry]));
  const overrides = new Map(entries.map(({ rule, check }) => [rule, check]));
  const lineOf = (rule: string): number => entries.find((entry) => entry.rule === rule)?.line ?? 1;
  return { overrides, policies: policiesOf(overrides, source, lineOf) };
}

/** Rules that refer to each other can only be judged together. */
function policiesOf(overrides: Overrides, source: string, lineOf: (rule: string) => number): PolicySet {
  try {
    return createPolicySet(overrides);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw wrongFile(source, [{ line: lineOf(error.rule), sentence: `${error.rule}: ${error.message}` }]);
  }
}

interface Entry {
  readonly rule: RuleName;
  readonly check: string;
  readonly line: number;
}

function readPair({ key, value }: Pair<unknown, unknown>, lineAt: (offset: number) => number): Entry | Problem {
  const at = isScalar(key) ? key.range?.[0] : undefined;
  const line = lineAt(at ?? 0);
  const rule = isScalar(key) && typeof key.value === 'string' ? key.value : null;
  if (rule === null) return { line, sentence: 'expected the name of a rule before the colon' };
  const wrong = (what: string): Problem => ({ line, sentence: `${rule.slice(0, 120)}: ${what}` });
  if (!isRuleName(rule)) return wrong(`there is no such rule${offer(rule)}`);
  if (RULES[rule].fixed) return wrong('this rule cannot be changed: what it guards needs no token');
  if (!isScalar(value)) return wrong('expected a check as text, such as "role:admin"');
  // An exclamation mark without quotes is a tag of YAML, and its value empty, which would let everybody pass.
  if (value.tag !== undefined || typeof value.value !== 'string') {
    return wrong('expected a check in quotes, such as "role:admin"; "!" for nobody, "@" for everybody');
  }
  try {
    refuseUnknownRules(parsedRules(value.value));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return wrong(`${error.message} (character ${error.at + 1} of the check)`);
  }
  return { rule, check: value.value, line };
}

interface Reference {
  readonly name: string;
  readonly at: number;
}

/** The rules that a check refers to. @throws ExpressionError when it is not a check. */
function parsedRules(check: string): readonly Reference[] {
  parseExpression(check);
  return [...check.matchAll(/(?:^|[\s()])rule:([^\s()]+)/gi)].map((match) => ({
    name: match[1] ?? '',
    at: match.index + match[0].indexOf('rule:'),
  }));
}

/** @throws ExpressionError */
function refuseUnknownRules(references: readonly Reference[]): void {
  const unknown = references.find(({ name }) => !isRuleName(name));
  if (unknown === undefined) return;
  throw new ExpressionError(`there is no rule "${unknown.name.slice(0, 120)}"${offer(unknown.name)}`, unknown.at);
}

function offer(wrong: string): string {
  const near = nearestNames(wrong, ALL);
  return near.length === 0 ? '; `volvox policy show` lists all rules' : `; did you mean ${near.join(' or ')}?`;
}

function refuse(source: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw wrongFile(source, problems);
}

function wrongFile(source: string, problems: readonly Problem[]): VolvoxError {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ line, sentence }) => `${source}:${line}: ${sentence}`);
  const more = problems.length - shown.length;
  return new VolvoxError('invalid', [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
}
