import { VolvoxError } from '../errors/volvox-error.ts';
import type { CallChange } from './contract.ts';
import { eachMember } from './contract.ts';

/** The task states that version 8 of the door knows. A record of that version: new states are not added to it. */
const TASK_STATES_OF_VERSION_8: readonly unknown[] = [
  null,
  ...['scheduling', 'networking', 'spawning', 'rebooting', 'reboot_pending', 'reboot_started', 'rebooting_hard'],
  ...['reboot_pending_hard', 'reboot_started_hard', 'pausing', 'unpausing', 'suspending', 'resuming'],
  ...['powering-off', 'powering-on', 'resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
  ...['resize_reverting', 'resize_confirming', 'migrating', 'deleting'],
];

/** Version 8 takes an answer with another task state for a broken one, so it is told that nothing is being done. */
const known = {
  down: (value: unknown): unknown => {
    const instance = value as { readonly taskState?: unknown };
    return TASK_STATES_OF_VERSION_8.includes(instance.taskState ?? null) ? value : { ...instance, taskState: null };
  },
  up: (value: unknown): unknown => value,
};

export const instanceChange: CallChange = { response: known };
/** Version 8 would not apply the filter, and show all instances. */
const refusePeriod = (value: unknown): unknown => {
  const { filter } = value as { readonly filter: object };
  if ('ranBetween' in filter) throw new VolvoxError('unsupported', 'The door does not know the filter ranBetween.');
  return value;
};
export const instancesChange: CallChange = {
  request: { down: refusePeriod, up: (value) => value },
  response: eachMember('instances', known),
};
