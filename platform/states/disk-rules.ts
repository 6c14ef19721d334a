import { actionRule } from './action-rule.ts';

/**
 * Where disks of services may be attached and detached (nova/compute/api.py, attach_volume and detach_volume). Nova allows it in two more
 * states: soft-delete, and shelved_offloaded, where a server has no guest.
 */
const STATES = ['active', 'paused', 'stopped', 'resized', 'shelved'] as const;
export const ATTACH_DISK_RULE = actionRule(STATES, 'attaching-disk');
export const DETACH_DISK_RULE = actionRule(STATES, 'detaching-disk');
