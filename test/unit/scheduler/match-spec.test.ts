import { describe, expect, it } from 'vitest';
import { matchesSpec } from '../../../scheduler/filters/match-spec.ts';

describe('extra spec operators', () => {
  const cases: readonly [string, string, boolean][] = [
    ['ssd', 'ssd', true],
    ['ssd', 'hdd', false],
    ['8', '= 4', true],
    ['3', '= 4', false],
    ['4', '== 4', true],
    ['5', '!= 4', true],
    ['5', '>= 5', true],
    ['6', '<= 5', false],
    ['ten', '>= 5', false],
    ['a', 's== a', true],
    ['a', 's!= a', false],
    ['b', 's> a', true],
    ['b', 's<= a', false],
    ['avx sse4', '<in> sse4', true],
    ['avx sse4', '<all-in> avx sse4', true],
    ['avx sse4', '<all-in> avx vmx', false],
    ['red', '<or> blue <or> red', true],
    ['green', '<or> blue <or> red', false],
  ];
  for (const [actual, spec, matches] of cases) {
    it(`${actual} ${matches ? 'is' : 'is not'} ${spec}`, () => expect(matchesSpec(actual, spec)).toBe(matches));
  }
});
