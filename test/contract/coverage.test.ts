import { describe, expect, it } from 'vitest';
import { exercises, operationOf, type Visit } from './coverage.ts';
import type { NovaOperation } from './nova-operations.ts';
import { idIn } from './probe.ts';
import { report } from './report.ts';

const operation = (method: string, path: string, rest: Partial<NovaOperation> = {}): NovaOperation => ({
  label: `${method} ${path}`,
  method,
  path,
  action: null,
  lowest: 1,
  highest: 104,
  statuses: new Set([200]),
  ...rest,
});
const SHOW = operation('GET', '/servers/{id}');
const DETAIL = operation('GET', '/servers/detail', { highest: 35 });
const STOP = operation('POST', '/servers/{id}/action', { label: 'stop', action: 'os-stop' });
const ALL = [SHOW, DETAIL, STOP];
const visit = (path: string, rest: Partial<Visit> = {}): Visit => ({
  ...{ method: 'GET', path, action: null, minor: 1, status: 200, by: 'scenario' },
  ...rest,
});

describe('coverage', () => {
  it('takes the path with the fewest variable parts, and the action that the body names', () => {
    expect(operationOf(ALL, visit('/servers/detail'))).toBe(DETAIL);
    expect(operationOf(ALL, visit('/servers/a'))).toBe(SHOW);
    expect(operationOf(ALL, visit('/servers/a/action', { method: 'POST', action: 'os-stop' }))).toBe(STOP);
    expect(operationOf(ALL, visit('/servers/a/action', { method: 'POST', action: 'pause' }))).toBeUndefined();
    expect(operationOf(ALL, visit('/flavors'))).toBeUndefined();
  });

  it('prefers a success, and a scenario', () => {
    const visits = [
      visit('/servers/a', { status: 404 }),
      visit('/servers/a', { by: 'probe' }),
      visit('/servers/a', { minor: 104, status: 200 }),
      visit('/servers/a', { minor: 50 }),
    ];
    const found = exercises([SHOW, DETAIL], visits).map(({ minor, visit: best }) => [minor, best?.status, best?.by]);
    expect(found).toEqual([
      [1, 200, 'probe'],
      [104, 200, 'scenario'],
      [1, undefined, undefined],
      [35, undefined, undefined],
    ]);
  });

  it('is printed with what is missing, and with each scenario that did not pass', () => {
    const outcomes = [
      { name: 'one', state: 'passed', words: '', isBlackBox: true },
      { name: 'two', state: 'failed', words: 'step 1: differs', isBlackBox: true },
      { name: 'three', state: 'skipped', words: 'a reason', isBlackBox: false },
    ] as const;
    const visits = [visit('/servers/a'), visit('/servers/a', { minor: 104, status: 404, by: 'probe' })];
    const missing = ['GET /servers/detail at 2.35'];
    const text = report({ outcomes, visits, missing, notes: [] }, ALL, false);
    expect(text).toContain('black box: 1 passed, 1 failed, 0 skipped of 2');
    expect(text).toMatch(/two\n\s+step 1: differs/);
    expect(text).toMatch(/three\n\s+a reason/);
    expect(text).not.toMatch(/passed {2}one|GET \/servers\/\{id\}/);
    expect(text).toMatch(/GET \/servers\/detail +2\.1 not exercised +2\.35 not offered/);
    expect(text).toContain('1 of 3 operations');
  });
});

it.each([
  ['{"keypairs": [{"keypair": {"name": "k"}}]}', 'k'],
  ['{"aggregates": [{"id": 7, "uuid": "u"}]}', '7'],
  ['{"metadata": {"key": "value"}}', 'key'],
  ['{"servers": []}', undefined],
  ['no JSON', undefined],
])('the first id of %s', (text, id) => {
  expect(idIn(text)).toBe(id);
});
