import { describe, expect, it } from 'vitest';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { nextBuildMove } from '../../../../cell/conductor/operations/build.ts';

const error = (permanent: boolean) => JSON.stringify({ message: 'it broke', details: null, permanent });
const aGuest = (rest: object = {}) => ({
  settled: false,
  observedPower: POWER_STATE.none,
  error: null,
  errors: 0,
  createdAt: 1_000,
  hostUp: true,
  hostName: 'host-1',
  isBehind: false,
  ...rest,
});
const move = (guest: object, bindings: { error: string | null; errors: number }[] = [], now = 2_000) =>
  nextBuildMove(aGuest(guest), bindings, now, 5_000);

describe('the next move of a build', () => {
  it('is to finish when the guest runs', () => {
    expect(move({ settled: true, observedPower: POWER_STATE.running })).toEqual({ kind: 'finish' });
  });
  it('is to wait while the agent may still succeed', () => {
    expect(move({})).toEqual({ kind: 'wait' });
    expect(move({ error: error(false), errors: 2 })).toEqual({ kind: 'wait' });
    expect(move({ settled: true, observedPower: POWER_STATE.shutdown })).toEqual({ kind: 'wait' });
  });
  it('is another host when this one fails', () => {
    const blamed = { kind: 'elsewhere', why: 'it broke', hostIsToBlame: true };
    expect(move({ error: error(true), errors: 1 })).toEqual(blamed);
    expect(move({ error: error(false), errors: 3 })).toEqual(blamed);
    expect(move({}, [{ error: error(true), errors: 1 }])).toEqual(blamed);
    expect(move({}, [], 6_001)).toMatchObject({ kind: 'elsewhere', hostIsToBlame: true });
  });
  it('is to give up when what was asked for is to blame, also if a host is too', () => {
    const ofRequest = JSON.stringify({ message: 'no such format', details: null, permanent: true, blame: 'request' });
    const gaveUp = { kind: 'give-up', why: 'no such format' };
    expect(move({ error: ofRequest, errors: 1 })).toEqual(gaveUp);
    expect(move({ error: ofRequest, errors: 1 }, [{ error: error(true), errors: 1 }])).toEqual(gaveUp);
    expect(move({ error: error(true), errors: 1 }, [{ error: ofRequest, errors: 1 }])).toEqual(gaveUp);
  });
  it('is to wait, however long, while an earlier guest is being removed', () => {
    expect(move({ isBehind: true }, [], 6_001)).toEqual({ kind: 'wait' });
    expect(move({ isBehind: true, hostUp: false })).toMatchObject({ kind: 'elsewhere' });
  });
  it('does not blame a host that went down', () => {
    expect(move({ hostUp: false })).toMatchObject({ kind: 'elsewhere', hostIsToBlame: false });
  });
});
