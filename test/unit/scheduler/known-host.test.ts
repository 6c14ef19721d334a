import { describe, expect, it } from 'vitest';
import { aCell, aHost, aView } from './builders.ts';

const one = { vcpus: 2, ramMb: 1_000, diskGb: 10 };
const times = (n: number) => ({ vcpus: 2 * n, ramMb: 1_000 * n, diskGb: 10 * n });
const nova = { aggregates: [], zone: 'nova', customTraits: [] };

describe('a known host', () => {
  it('counts own decisions until its cell shows them', () => {
    const view = aView();
    view.assume(one, null, 0);
    view.assume(one, null, 0);
    expect(view.used).toEqual(times(2));
    const shown = view.updated(aCell(), aHost({ version: 2, used: times(1) }), nova);
    expect(shown.used).toEqual(times(2));
    expect(shown.updated(aCell(), aHost({ version: 3, used: times(2) }), nova).used).toEqual(times(2));
  });

  it('forgets a decision that nothing came of', () => {
    const view = aView();
    view.assume(one, 'group', 1_000);
    view.expire(3_999);
    expect(view.membersOf('group')).toBe(1);
    view.expire(4_000);
    expect(view.used).toEqual(times(0));
    expect(view.membersOf('group')).toBe(0);
  });

  it('keeps a decision through a change that has nothing to do with it', () => {
    const view = aView();
    view.assume(one, null, 0);
    expect(view.updated(aCell(), aHost({ version: 2, enabled: false }), nova).used).toEqual(one);
  });

  it('ignores an older report', () => {
    const view = aView(aHost({ version: 5, used: one }));
    expect(view.updated(aCell(), aHost({ version: 4 }), nova).used).toEqual(one);
  });
});
