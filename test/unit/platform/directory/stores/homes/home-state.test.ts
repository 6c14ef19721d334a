import { describe, expect, it } from 'vitest';
import { homeStateFrom, storedHomeState } from '#platform/directory/stores/homes/home-state.ts';

describe('the state of a home', () => {
  it.each([
    ['accepted', 'accepted'],
    ['placed', 'homed'],
    ['buried', 'buried'],
    ['deleted', 'deleted'],
  ] as const)('%s is stored as %s, which older processes read', (state, stored) => {
    expect(storedHomeState(state)).toBe(stored);
    expect(homeStateFrom(stored)).toBe(state);
  });
});
