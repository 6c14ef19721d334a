import { describe, expect, it } from 'vitest';
import type { ObservedGuest } from '#platform/objects/guest.ts';
import type { ObservedBinding } from '#platform/objects/port-binding.ts';
import { judge as judgeBinding } from '../../../../cell/conductor/agents/binding-reports.ts';
import { asFarAsKnown, isBroken, judge as judgeGuest } from '../../../../cell/conductor/agents/guest-reports.ts';
import type { ReportedGuest } from '../../../../cell/database/stores/guest-reports.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const observed = (rest: Partial<ObservedGuest> = {}): ObservedGuest => ({
  guestId: ID,
  hostName: 'host-1',
  epoch: 2,
  generation: 3,
  power: 'running',
  settled: true,
  restarts: 0,
  error: null,
  progress: 100,
  stoppedByItself: false,
  ...rest,
});
const row = (rest: Partial<ReportedGuest> = {}): ReportedGuest => ({
  id: ID,
  instanceUuid: ID,
  role: 'current',
  epoch: 2,
  generation: 3,
  power: 'running',
  settled: false,
  taskState: null,
  buildFailures: 0,
  hostName: 'host-1',
  shownPower: null,
  errors: 0,
  parts: null,
  moverId: null,
  operationId: null,
  ...rest,
});

describe('a report of a guest', () => {
  it('is ignored when it is out of date, or of an unknown guest', () => {
    expect(judgeGuest(observed(), undefined)).toBe('ignore');
    expect(judgeGuest(observed({ generation: 2 }), row())).toBe('ignore');
    expect(judgeGuest(observed({ epoch: 1 }), row())).toBe('ignore');
  });
  it('ends a guest that was to be removed only when nothing of it is left', () => {
    const leaving = row({ role: 'leaving', power: 'absent' });
    expect(judgeGuest(observed({ power: 'none' }), leaving)).toBe('gone');
    expect(judgeGuest(observed({ power: 'none', settled: false }), leaving)).toBe('keep');
    expect(judgeGuest(observed({ power: 'shutdown' }), leaving)).toBe('keep');
    expect(judgeGuest(observed({ power: 'none' }), row({ power: 'absent' }))).toBe('keep');
  });
  it('lets the instance follow a guest that stopped by itself, unless an operation owns the instance', () => {
    const stopped = observed({ power: 'shutdown', settled: false, stoppedByItself: true });
    expect(judgeGuest(stopped, row())).toBe('stopped-itself');
    expect(judgeGuest(stopped, row({ operationId: ID }))).toBe('keep');
    expect(judgeGuest(stopped, row({ power: 'stopped' }))).toBe('keep');
    expect(judgeGuest(stopped, row({ role: 'source' }))).toBe('keep');
  });
  it('is a failure when the agent is too old for the parts of the guest', () => {
    const desired = row({ parts: '{}' });
    expect(asFarAsKnown(observed(), desired)).toMatchObject({ settled: false, error: { permanent: true } });
    const known = observed({ parts: { rebuilds: 0, rescueId: null } });
    expect(asFarAsKnown(known, desired)).toBe(known);
    expect(asFarAsKnown(observed(), row()).settled).toBe(true);
    expect(asFarAsKnown(observed({ power: 'none' }), desired).settled).toBe(true);
  });
  it('lets the instance follow a guest that cannot reach its desired state, unless an operation owns the instance', () => {
    const error = { message: 'The host cannot do it.', details: null, permanent: true };
    const broken = observed({ power: 'shutdown', settled: false, error });
    expect(isBroken(broken, row())).toBe(true);
    expect(isBroken(broken, row({ operationId: ID }))).toBe(false);
    expect(isBroken(broken, row({ role: 'source' }))).toBe(false);
    expect(isBroken(observed({ settled: false, error: { ...error, permanent: false } }), row())).toBe(false);
  });
});

describe('a report of a port', () => {
  const binding = (rest: Partial<ObservedBinding> = {}): ObservedBinding => ({
    bindingId: ID,
    hostName: 'host-1',
    generation: 1,
    present: true,
    settled: true,
    error: null,
    ...rest,
  });
  const known = {
    id: ID,
    guestId: ID,
    instanceUuid: ID,
    generation: 1,
    present: true,
    leaving: false,
    settled: false,
    operationId: null,
    moverId: null,
  };
  it('is ignored, stored, or removes the binding', () => {
    expect(judgeBinding(binding(), undefined)).toBe('ignore');
    expect(judgeBinding(binding({ generation: 2 }), known)).toBe('ignore');
    expect(judgeBinding(binding(), known)).toBe('keep');
    const leaving = { ...known, leaving: true, present: false };
    expect(judgeBinding(binding({ present: false }), leaving)).toBe('gone');
    expect(judgeBinding(binding({ present: false, settled: false }), leaving)).toBe('keep');
    expect(judgeBinding(binding({ present: false }), { ...known, present: false })).toBe('keep');
  });
});
