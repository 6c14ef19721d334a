import { actionRule } from './action-rule.ts';

/** Where a resize or a migration inside a cell may begin. The API asks it too, before it asks the scheduler. */
export const RESIZE_RULE = actionRule(['active', 'stopped'], 'resize_prep');
