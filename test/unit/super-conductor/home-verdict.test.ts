import { describe, expect, it } from 'vitest';
import { homeVerdict, type SeenHome } from '../../../super-conductor/homes/home-verdict.ts';

const UUID = '10000000-0000-4000-8000-000000000001';
const instanceAt = (epoch: number, moving = false) => ({ uuid: UUID, epoch, moving });
const home = (rest: Partial<SeenHome> = {}): SeenHome => ({
  state: 'placed',
  cellId: 'here',
  placingCellId: null,
  epoch: 3,
  moving: null,
  ...rest,
});
const verdict = (...[instance, its, isOrphaned = false]: [ReturnType<typeof instanceAt>, SeenHome | null, boolean?]) =>
  homeVerdict(instance, its, 'here', isOrphaned).kind;

describe('whether an instance that a cell has is at home there', () => {
  it('is, where the directory says so, also while it is being placed', () => {
    expect(verdict(instanceAt(3), home())).toBe('fine');
    expect(verdict(instanceAt(3), home({ state: 'accepted', cellId: null, placingCellId: 'here' }))).toBe('fine');
  });

  it('is not, where the directory names another home under an epoch that is not lower, or none', () => {
    expect(verdict(instanceAt(2), home({ cellId: 'there' }))).toBe('quarantine');
    expect(verdict(instanceAt(3), home({ cellId: 'there' }))).toBe('quarantine');
    expect(verdict(instanceAt(3), home({ state: 'deleted' }))).toBe('quarantine');
    expect(verdict(instanceAt(3), home({ state: 'buried', cellId: null }))).toBe('quarantine');
    expect(verdict(instanceAt(2), home({ state: 'accepted', cellId: null, placingCellId: 'there' }))).toBe(
      'quarantine',
    );
  });

  it('is for an operator, where the cell may know better', () => {
    expect(verdict(instanceAt(1), null)).toBe('differs');
    expect(verdict(instanceAt(4), home({ cellId: 'there' }))).toBe('differs');
    expect(verdict(instanceAt(4), home({ state: 'deleted' }))).toBe('differs');
    expect(verdict(instanceAt(2), home())).toBe('differs');
  });

  it('is left to the move, or to the reconciler of orphaned placements, that handles it', () => {
    const moving = { operationId: UUID, cellId: 'there', epoch: 4 };
    expect(verdict(instanceAt(3, true), home({ cellId: 'there', epoch: 4 }))).toBe('fine');
    expect(verdict(instanceAt(3), home({ cellId: 'there', epoch: 4, moving }))).toBe('fine');
    expect(verdict(instanceAt(4), home({ cellId: 'there', moving: { ...moving, cellId: 'here' } }))).toBe('fine');
    expect(verdict(instanceAt(2), home({ cellId: 'there' }), true)).toBe('fine');
  });
});
