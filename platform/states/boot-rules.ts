import { actionRule } from './action-rule.ts';

/** Where actions may begin that change what a server boots from. The API asks these too, before it looks at an image. */
export const REBUILD_RULE = actionRule(['active', 'stopped', 'error'], 'rebuilding');
export const RESCUE_RULE = actionRule(['active', 'stopped', 'error'], 'rescuing');
