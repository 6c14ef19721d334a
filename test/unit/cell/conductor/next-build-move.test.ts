import { describe, expect, it } from 'vitest';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { nextBuildMove } from '../../../../cell/conductor/operations/build.ts';

const error = (permanent: boolean) => JSON.stringify({ message: 'it broke', details: null, permanent });
const aGuest = (rest: object = {}) => ({
  settled: 0,
  found_power: POWER_STATE.none,
  error: null,
  errors: 0,
  created_at: 1_000,
  host_up: 1,
  host_name: 'host-1',
  is_behind: 0,
  ...rest,
});
const move = (guest: object, bindings: { error: string | null; errors: number }[] = [], now = 2_000) =>
  nextBuildMove(aGuest(guest), bindings, now, 5_000);

describe('the next move of a build', () => {
  it('is to finish when the guest runs as wanted', () => {
    expect(move({ settled: 1, found_power: POWER_STATE.running })).toEqual({ kind: 'finish' });
  });
  it('is to wait while there is hope', () => {
    expect(move({})).toEqual({ kind: 'wait' });
    expect(move({ error: error(false), errors: 2 })).toEqual({ kind: 'wait' });
    expect(move({ settled: 1, found_power: POWER_STATE.shutdown })).toEqual({ kind: 'wait' });
  });
  it('is another host when this one cannot', () => {
    const blamed = { kind: 'elsewhere', why: 'it broke', hostIsToBlame: true };
    expect(move({ error: error(true), errors: 1 })).toEqual(blamed);
    expect(move({ error: error(false), errors: 3 })).toEqual(blamed);
    expect(move({}, [{ error: error(true), errors: 1 }])).toEqual(blamed);
    expect(move({}, [], 6_001)).toMatchObject({ kind: 'elsewhere', hostIsToBlame: true });
  });
  it('is to wait, however long, while an earlier copy is just going', () => {
    expect(move({ is_behind: 1 }, [], 6_001)).toEqual({ kind: 'wait' });
    expect(move({ is_behind: 1, host_up: 0 })).toMatchObject({ kind: 'elsewhere' });
  });
  it('does not blame a host that went down', () => {
    expect(move({ host_up: 0 })).toMatchObject({ kind: 'elsewhere', hostIsToBlame: false });
  });
});
