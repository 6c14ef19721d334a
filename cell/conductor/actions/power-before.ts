import type { DesiredPower } from '#platform/objects/guest.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { Beginning } from './server-action.ts';

/** The state of an instance whose guest has this power. */
export const VM_STATE_AT = {
  running: 'active',
  stopped: 'stopped',
  paused: 'paused',
  suspended: 'suspended',
} as const satisfies Partial<Record<DesiredPower, VmState>>;

/** The desired power of the guest of an idle instance; null: the state does not tell, or there is no guest. */
const POWER_IN: Readonly<Record<VmState, DesiredPower | null>> = {
  active: 'running',
  stopped: 'stopped',
  paused: 'paused',
  suspended: 'suspended',
  rescued: 'running',
  shelved: 'stopped',
  'soft-delete': 'stopped',
  resized: null,
  error: null,
  building: null,
  deleted: null,
  shelved_offloaded: null,
};

type StateBefore = Pick<Beginning<unknown>['instance'], 'vmState' | 'oldVmState'>;

/** The state to go back to. A resized server has none to go back to once an action has ended its resize: it is as it was before that. */
export const stateWithoutResize = ({ vmState, oldVmState }: StateBefore): VmState =>
  vmState === 'resized' ? (oldVmState ?? 'active') : vmState;

/**
 * The power to go back to: that of the state to go back to. The guest may still be asked for the power of an action which this one
 * interrupts.
 */
export const powerBefore = (
  { instance }: { readonly instance: StateBefore },
  guest: Pick<GuestOnHost, 'power'>,
): DesiredPower => POWER_IN[stateWithoutResize(instance)] ?? guest.power;
