import { actionRule } from './action-rule.ts';

/** Where ports of a server may be attached and detached. */
export const ATTACH_INTERFACE_RULE = actionRule(['active', 'paused', 'stopped'], 'attaching-interface');
export const DETACH_INTERFACE_RULE = actionRule(['active', 'paused', 'stopped'], 'detaching-interface');
