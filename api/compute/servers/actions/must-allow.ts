import type { Instance } from '#platform/objects/instance.ts';
import { type ActionRule, actionAllowed } from '#platform/states/action-rule.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';

/**
 * For an action that looks things up before it asks the cell, which checks the state again.
 * @throws VolvoxError conflict when the state of the server does not allow the action.
 */
export function mustAllow(rule: ActionRule, instance: Instance, method: string): void {
  const allowed = actionAllowed(rule, instance);
  if (allowed.allowed) return;
  throw stateConflict(method, instance.uuid, allowed, rule);
}
