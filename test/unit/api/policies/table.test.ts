import { expect, it } from 'vitest';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { createPolicySet, defaultCheck } from '../../../../api/policies/policy-set.ts';
import { NOVA_RULES, RULES, RULES_OF, type RuleName } from '../../../../api/policies/table.ts';
import { apisAsData } from '../../../../deploy/client/apis-as-data.ts';
import { guardedOperations } from '../../../support/guarded-operations.ts';

const NAMES = Object.keys(RULES) as RuleName[];

it('has the 203 rules of Nova', () => {
  expect(Object.keys(NOVA_RULES)).toHaveLength(203);
});

it('has no two rules of one name', () => {
  const all = Object.values(RULES_OF).flatMap((rules) => Object.keys(rules));
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  expect(all).toHaveLength(NAMES.length);
});

it('has a default that can be compiled for every rule', () => {
  for (const name of NAMES) expect(() => defaultCheck(name).allows(NOBODY, {}), name).not.toThrow();
  // A whole set, as a file makes it, compiles them all again.
  expect(createPolicySet(new Map([['os_compute_api:extensions', '!']])).changed.size).toBe(NAMES.length);
});

it('lists every operation of every API under the rule that its route names', () => {
  const missing = apisAsData()
    .flatMap(guardedOperations)
    .filter(({ rule }) => rule !== 'os_compute_api:gone')
    .filter(({ api, rule, operation }) => !Object.hasOwn(RULES, rule) || !guards(rule as RuleName, api, operation))
    .map(({ rule, operation }) => `${rule}: ${operation}`);
  expect(missing).toEqual([]);
});

/** Names of parameters do not matter. */
const guards = (rule: RuleName, api: string, operation: string): boolean =>
  RULES[rule].operations.some((declared) =>
    [operation, `${api} ${operation}`].map(nameless).includes(nameless(declared)),
  );
const nameless = (operation: string): string => operation.replace(/\{\w+\}/g, '{}');
