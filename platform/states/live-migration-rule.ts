import { actionRule } from './action-rule.ts';

/** Where a live migration may begin. */
export const LIVE_MIGRATION_RULE = actionRule(['active', 'paused'], 'migrating');
