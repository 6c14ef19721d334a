import { describe, expect, it } from 'vitest';
import { atVersion, joinVersions, upToVersion } from '../../../../api/http/by-version.ts';
import { string } from '../../../../api/http/parameter-types.ts';
import { integer, shape, shapes } from '../../../../api/http/response-types.ts';
import { since } from '../../../../api/http/since.ts';

const at = (minor: number) => ({ minor });

describe('since', () => {
  const SINCE = since({ tags: 26, hosts: 62 });

  it('holds from its microversion on', () => {
    expect([25, 26, 104].map((minor) => SINCE.tags(at(minor)))).toEqual([false, true, true]);
    expect([26, 61, 62].map((minor) => SINCE.hosts(at(minor)))).toEqual([false, false, true]);
  });
});

describe('joinVersions', () => {
  const joined = joinVersions({ 1: 'a', 20: 'b' }, { 5: 1, 20: 2, 30: 3 }, (text, number) => `${text}${number}`);

  it('has a step for each change of either, from where both are there', () => {
    expect(joined).toEqual({ 5: 'a1', 20: 'b2', 30: 'b3' });
    expect([1, 5, 19, 20, 29, 30].map((minor) => atVersion(joined, at(minor)))).toEqual([
      undefined,
      'a1',
      'a1',
      'b2',
      'b2',
      'b3',
    ]);
  });
});

it('upToVersion gives every step that has come', () => {
  const steps = { 1: ['name'], 26: ['tags'], 90: ['hostname'] };
  expect([1, 26, 89, 90].map((minor) => upToVersion(steps, at(minor)).flat().length)).toEqual([1, 2, 2, 3]);
});

describe('shapes', () => {
  const server = shapes({
    1: { id: integer, 'fault?': string },
    19: { description: string },
    53: { id: string, 'fault?': undefined },
    60: { description: undefined },
  });

  it('adds, replaces and takes away members', () => {
    expect(server).toEqual({
      1: shape({ id: integer, 'fault?': string }),
      19: shape({ id: integer, 'fault?': string, description: string }),
      53: shape({ description: string, id: string }),
      60: shape({ id: string }),
    });
  });

  it('is closed, and asks for what has no question mark', () => {
    expect(server[19]).toMatchObject({ additionalProperties: false, required: ['id', 'description'] });
    expect(Object.keys((server[19]?.properties ?? {}) as object)).toEqual(['id', 'fault', 'description']);
  });

  it('takes a member for the same with and without a question mark', () => {
    const changed = shapes({ 1: { 'host?': integer }, 2: { host: string } });
    expect(changed[2]).toEqual(shape({ host: string }));
  });
});
