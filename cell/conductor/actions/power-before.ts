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

const POWER_OF: ReadonlyMap<VmState, DesiredPower> = new Map(
  (Object.keys(VM_STATE_AT) as (keyof typeof VM_STATE_AT)[]).map((power) => [VM_STATE_AT[power], power]),
);

/** The power to go back to. The guest may still be asked for that of an action which this one interrupts. */
export const powerBefore = ({ instance }: Beginning<unknown>, guest: GuestOnHost): DesiredPower =>
  POWER_OF.get(instance.vmState) ?? guest.power;
