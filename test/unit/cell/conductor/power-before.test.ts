import { describe, expect, it } from 'vitest';
import type { VmState } from '#platform/states/vm-state.ts';
import { powerBefore } from '../../../../cell/conductor/actions/power-before.ts';

/** Whatever an action that is interrupted has asked of the guest. */
const interrupted = (vmState: VmState, oldVmState: VmState | null = null) =>
  (['running', 'stopped'] as const).map((power) => powerBefore({ instance: { vmState, oldVmState } }, { power }));

describe('the power to go back to', () => {
  it.each([
    ['active', 'running'],
    ['stopped', 'stopped'],
    ['paused', 'paused'],
    ['suspended', 'suspended'],
    ['rescued', 'running'],
    ['shelved', 'stopped'],
    ['soft-delete', 'stopped'],
  ] as const)('is that of the state: %s, %s', (vmState, power) => {
    expect(interrupted(vmState)).toEqual([power, power]);
  });

  it.each([
    ['active', 'running'],
    ['stopped', 'stopped'],
  ] as const)('is that of the state before a resize which ended: %s, %s', (oldVmState, power) => {
    expect(interrupted('resized', oldVmState)).toEqual([power, power]);
  });

  it('is that of the guest where the state does not tell', () => {
    expect(interrupted('error')).toEqual(['running', 'stopped']);
  });
});
