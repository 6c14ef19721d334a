import { CALLER_ATTRIBUTES, type Expression, ExpressionError, TARGET_ATTRIBUTES } from './expression.ts';

interface Token {
  readonly text: string;
  readonly at: number;
}

/** A longer check, or a deeper one, is refused: nobody can read it. */
const MAX_LENGTH = 4_096;
const MAX_DEPTH = 64;
const ATOMS = 'role:NAME, rule:NAME, project_id:%(project_id)s, user_id:%(user_id)s, @ or !';

/**
 * Reads a check in the language of oslo.policy: `role:`, `rule:`, `project_id:%(project_id)s`, `and`, `or`, `not`, parentheses, `@`
 * (everybody), `!` (nobody). The empty text is `@`. `not` binds tighter than `and`, `and` tighter than `or`.
 * @throws ExpressionError
 */
export function parseExpression(text: string): Expression {
  if (text.trim() === '') return { kind: 'all' };
  if (text.length > MAX_LENGTH) throw new ExpressionError(`it is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const parser = new Parser(tokensOf(text), text.length);
  const expression = parser.either(0);
  parser.end();
  return expression;
}

/** Splits at blanks and parentheses; the parentheses of `%(project_id)s` belong to their word. */
const tokensOf = (text: string): Token[] =>
  [...text.matchAll(/[()]|(?:%\([^()\s]*\)|[^\s()])+/g)].map((match) => ({
    text: match[0],
    at: match.index,
  }));

class Parser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #next = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  either(depth: number): Expression {
    return this.#joined('or', () => this.#joined('and', () => this.#negated(depth)));
  }

  end(): void {
    const token = this.#tokens[this.#next];
    if (token === undefined) return;
    throw new ExpressionError(
      token.text === ')'
        ? 'a parenthesis closes that nothing opened'
        : `expected "and", "or" or the end before ${quoted(token.text)}`,
      token.at,
    );
  }

  #joined(kind: 'and' | 'or', one: () => Expression): Expression {
    const first = one();
    const of = [first];
    while (this.#take(kind)) of.push(one());
    return of.length === 1 ? first : { kind, of };
  }

  #negated(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new ExpressionError(`it is nested deeper than ${MAX_DEPTH}`, this.#at());
    if (this.#take('not')) return { kind: 'not', of: this.#negated(depth + 1) };
    return this.#take('(') ? this.#closed(depth) : this.#atom();
  }

  #closed(depth: number): Expression {
    const opened = this.#at() - 1;
    const inside = this.either(depth + 1);
    if (!this.#take(')')) throw new ExpressionError('a parenthesis is not closed', opened);
    return inside;
  }

  #atom(): Expression {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new ExpressionError(`expected ${ATOMS} at the end`, this.#length);
    if (['and', 'or', ')'].includes(token.text.toLowerCase())) {
      throw new ExpressionError(`expected ${ATOMS} before ${quoted(token.text)}`, token.at);
    }
    this.#next += 1;
    return atomOf(token);
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#next]?.text.toLowerCase() !== text) return false;
    this.#next += 1;
    return true;
  }

  #at(): number {
    return this.#tokens[this.#next]?.at ?? this.#length;
  }
}

function atomOf({ text, at }: Token): Expression {
  if (text === '@') return { kind: 'all' };
  if (text === '!') return { kind: 'none' };
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const value = text.slice(colon + 1);
  if (kind === '' || value === '') throw new ExpressionError(`${quoted(text)} is not ${ATOMS}`, at);
  if (kind === 'role' || kind === 'rule') return named(kind, value, at);
  const attribute = CALLER_ATTRIBUTES.find((known) => known === kind);
  if (attribute === undefined) {
    const expected = ['role', 'rule', ...CALLER_ATTRIBUTES].join(', ');
    throw new ExpressionError(`${quoted(kind)} is not something that a check can ask; one of ${expected}`, at);
  }
  return { kind: 'attribute', attribute, value: comparedTo(value, at + colon + 1) };
}

function named(kind: 'role' | 'rule', value: string, at: number): Expression {
  if (value.includes('%(')) throw new ExpressionError(`${kind}: needs a name, not ${quoted(value)}`, at);
  return kind === 'role' ? { kind, role: value.toLowerCase() } : { kind, rule: value };
}

function comparedTo(value: string, at: number) {
  const match = /^%\(([^)]*)\)s$/.exec(value);
  if (match === null) {
    if (value.includes('%')) throw new ExpressionError(`${quoted(value)} is neither a constant nor %(NAME)s`, at);
    return { constant: value };
  }
  const attribute = TARGET_ATTRIBUTES.find((known) => known === match[1]);
  if (attribute !== undefined) return attribute;
  throw new ExpressionError(
    `nothing has ${quoted(match[1] ?? '')}; one of ${TARGET_ATTRIBUTES.join(', ')} may stand in %(…)s`,
    at,
  );
}

const quoted = (text: string): string => `"${text.slice(0, 80)}"`;
