import { type ActionRule, actionRule } from './action-rule.ts';

/** Where a move to another cell may begin (Nova's cold migration); admins only, also on a locked server. */
export const MOVE_RULE: ActionRule & { readonly taskState: 'migrating' } = {
  ...actionRule(['active', 'stopped'], 'migrating'),
  taskState: 'migrating',
};
