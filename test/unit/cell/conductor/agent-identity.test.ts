import { describe, expect, it } from 'vitest';
import { isBoundTo, mayMeet } from '../../../../cell/conductor/agents/bound-hosts.ts';
import { isFresh } from '../../../../cell/conductor/agents/fresh.ts';
import { namedBriefly } from '../../../../cell/conductor/agents/named-briefly.ts';
import { judgeRenewal } from '../../../../cell/conductor/agents/renew-key.ts';
import { whichGo, whichSigns } from '../../../../cell/conductor/agents/which-key-signs.ts';
import { type AgentKey, isEnded } from '../../../../cell/database/stores/agent-keys.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const aKey = (keyHash: string, createdAt: number, usedAt: number | null = null): AgentKey => ({
  ...{ agentId: 'a', keyHash, kind: 'compute', hosts: ['h-1'], createdAt, usedAt },
});

describe('the hosts of a key', () => {
  it.each([
    [['h-1'], 'h-1', true],
    [['h-1'], 'h-10', false],
    [['h-*'], 'h-10', true],
    [['*'], 'anything', true],
    [['h-*'], 'g-1', false],
  ] as const)('%j and %s', (bound, host, expected) => {
    expect(isBoundTo(bound, host)).toBe(expected);
    expect(mayMeet(bound, host)).toBe(expected);
  });

  it.each([
    [['rack1-a'], 'rack1-*', true],
    [['rack1-*'], 'rack1-a*', true],
    [['rack1-a*'], 'rack1-*', true],
    [['*'], 'rack1-*', true],
    [['rack2-a', 'rack2-*'], 'rack1-*', false],
    [['rack1'], 'rack1-*', false],
    [['anything'], '*', true],
  ] as const)('%j are revoked with %s: %s', (bound, named, expected) => {
    expect(mayMeet(bound, named)).toBe(expected);
  });

  it('are named briefly, whatever an agent sends', () => {
    expect(namedBriefly(['a', 'b'])).toBe('a, b');
    const long = namedBriefly(Array.from({ length: 10_000 }, (_, at) => `${at}${'x'.repeat(10_000)}`));
    expect(long.length).toBeLessThan(600);
    expect(long).toMatch(/ and 9995 more$/);
  });
});

describe('times by a clock that goes back', () => {
  it('do not make an old answer fresh', () => {
    expect(isFresh(NOW - 400, 500, NOW)).toBe(true);
    expect(isFresh(NOW - 500, 500, NOW)).toBe(false);
    expect(isFresh(NOW + DAY, 500, NOW)).toBe(false);
  });

  it('do not keep a key alive whose successor is in use', () => {
    const [before, after] = [aKey('1', NOW - DAY, NOW - DAY), aKey('2', NOW - 10_000, NOW - 1_000)];
    expect(isEnded(before, [before, after], NOW), 'calls are on their way').toBe(false);
    expect(isEnded(before, [before, after], NOW + 10_000)).toBe(true);
    expect(isEnded(before, [before, after], NOW - DAY)).toBe(true);
    expect(isEnded(after, [before, after], NOW - DAY)).toBe(false);
  });
});

describe('a renewal of an agent key', () => {
  const judge = (keys: readonly AgentKey[], shownHash = 'shown', newHash = 'new') =>
    judgeRenewal(keys, { shownHash, newHash, now: NOW });
  const shown = aKey('shown', NOW - 30 * DAY, NOW - 30 * DAY);

  it('adds a key to the shown one', () => {
    expect(judge([shown])).toEqual({ shown, removed: [] });
  });

  it('is made by a valid key of the agent only', () => {
    expect(judge([shown], 'other')).toBe('key ended');
    expect(judge([shown, aKey('later', NOW - DAY, NOW - DAY)])).toBe('key ended');
    expect(judgeRenewal([shown], { shownHash: undefined, newHash: 'new', now: NOW }), 'the shared key').toBe(
      'key ended',
    );
  });

  it('may be repeated', () => {
    expect(judge([shown, aKey('new', NOW - 1_000)])).toBe('done already');
  });

  it('waits for a key that was just made, and replaces one that nobody used', () => {
    expect(judge([shown, aKey('of a join', NOW - 1_000)])).toBe('too soon');
    expect(judge([shown, aKey('lost', NOW - 700_000)])).toEqual({ shown, removed: ['lost'] });
  });

  it('removes keys that have ended', () => {
    const ended = aKey('ended', NOW - 60 * DAY, NOW - 60 * DAY);
    expect(judge([ended, shown])).toEqual({ shown, removed: ['ended'] });
  });
});

describe('the key with which the conductor signs', () => {
  const key = (age: number) => ({ createdAt: NOW - age });
  const [old, older, oldest] = [key(DAY), key(2 * DAY), key(3 * DAY)];

  it('is the newest that all agents know', () => {
    expect(whichSigns([old, older], NOW)).toBe(old);
    expect(whichSigns([key(10_000), old, older], NOW)).toBe(old);
    const first = key(1_000);
    expect(whichSigns([first], NOW), 'the first of a cell').toBe(first);
    expect(whichSigns([], NOW)).toBeUndefined();
  });

  it('ends with the change after the next', () => {
    expect(whichGo([old, older, oldest], NOW)).toEqual([older, oldest]);
    expect(whichGo([old], NOW)).toEqual([]);
  });

  it('stays when the key is changed twice within a minute', () => {
    const young = key(20_000);
    expect(whichGo([young, old], NOW)).toEqual([young]);
    expect(whichGo([key(1_000)], NOW), 'the first of a cell').toEqual([]);
    expect(whichGo([key(1_000), key(2_000)], NOW)).toEqual([key(1_000)]);
    expect(whichGo([key(55_000), old], NOW), 'another conductor may sign with it already').toEqual([]);
    expect(whichGo([key(-DAY), old], NOW), 'by a clock that was ahead').toEqual([]);
  });
});
