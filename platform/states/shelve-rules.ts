import { actionRule } from './action-rule.ts';

/** Where a server may be shelved, taken off its host, and brought back. The API asks these too, before it looks things up. */
export const SHELVE_RULE = actionRule(['active', 'stopped', 'paused', 'suspended'], 'shelving');
export const SHELVE_OFFLOAD_RULE = actionRule(['shelved'], null);
export const UNSHELVE_RULE = actionRule(['shelved', 'shelved_offloaded'], 'unshelving');
