import { actionRule } from './action-rule.ts';

/** Where an evacuation may begin. Changes of power that hang, because the host is dead, do not stand in its way. */
export const EVACUATE_RULE = actionRule(['active', 'stopped', 'error'], 'rebuilding', {
  taskStates: [
    'rebooting',
    'reboot_pending',
    'reboot_started',
    'rebooting_hard',
    'reboot_pending_hard',
    'reboot_started_hard',
    'pausing',
    'unpausing',
    'suspending',
    'resuming',
    'powering-off',
    'powering-on',
  ],
});
