import { differences, type Expectation } from '../match-template.ts';
import type { Scenario } from '../scenarios.ts';
import type { Binding } from './binding.ts';

interface Case {
  readonly template: unknown;
  readonly found: unknown;
  readonly comesTo: 'a match' | 'a difference' | 'an error';
}

const UUID = '858f295a-8543-45fa-804a-08f8356d616d';
const ANY_UUID = { $re: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const SERVER = { server: { id: UUID, adminPass: '4ZQ3bb6WYbC2' } };

/** What the tests of Nova's comparison compare, in the form of the recorded templates. */
const CASES: Readonly<Record<string, Case>> = {
  bare_strings_no_match: { template: 'foo', found: 'bar', comesTo: 'a difference' },
  template_strings_match: { template: ANY_UUID, found: UUID, comesTo: 'a match' },
  bare_int_no_match: { template: 42, found: 43, comesTo: 'a difference' },
  template_int_match: { template: { $re: '^[0-9]+$' }, found: '42', comesTo: 'a match' },
  template_int_no_match: { template: { $re: '^[0-9]+$' }, found: 'foo', comesTo: 'a difference' },
  dict_no_match_value: { template: { server: { id: UUID, adminPass: 'foo' } }, found: SERVER, comesTo: 'a difference' },
  dict_result_type_mismatch: { template: SERVER, found: 'foo', comesTo: 'a difference' },
  list_match_extra_item_template: {
    template: { links: [{ rel: 'self' }, { rel: 'bookmark' }, 'foo'] },
    found: { links: [{ rel: 'self' }, { rel: 'bookmark' }] },
    comesTo: 'a difference',
  },
  none_match: { template: null, found: null, comesTo: 'a match' },
  none_no_match: { template: null, found: 'bar', comesTo: 'a difference' },
  none_result_no_match: { template: 'foo', found: null, comesTo: 'a difference' },
  template_no_subs_key: { template: `\${nobody.names.this}`, found: 'foo', comesTo: 'an error' },
};

export const COMPARISON_BINDINGS: readonly Binding[] = [
  {
    internals: /^set (ast_instance|self\.ast)\./,
    scenario: /^test_compare_result\./,
    here: "tests of Nova's comparison of answers: the comparison of this replay comes to the same",
    verify: compare,
  },
];

function compare({ name }: Scenario, expected: Expectation): void {
  const short = /\.test_(\w+)\(/.exec(name)?.[1] ?? '';
  const one = CASES[short];
  if (one === undefined) throw new Error(`${name}: nobody wrote down what it compares`);
  const found = outcomeOf(one, expected);
  if (found !== one.comesTo) throw new Error(`${name}: expected ${one.comesTo}, found ${found}`);
}

function outcomeOf({ template, found }: Case, expected: Expectation): Case['comesTo'] {
  try {
    return differences(template, found, expected).length === 0 ? 'a match' : 'a difference';
  } catch {
    return 'an error';
  }
}
