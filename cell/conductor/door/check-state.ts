import { isoTimeOrNull } from '#platform/database/json-column.ts';
import { type ActionRule, actionAllowed } from '#platform/states/action-rule.ts';
import { isWithoutGuest, UNSHELVE_FIRST } from '#platform/states/shelve-rules.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';

/** @throws VolvoxError conflict when the rule forbids the action now, with Nova's message and `details` {attribute, state, method}. */
export function checkState(instance: InstanceRow, rule: ActionRule, method: string): void {
  const verdict = actionAllowed(rule, {
    vmState: instance.vmState,
    taskState: instance.taskState,
    launchedAt: isoTimeOrNull(instance.launchedAt),
  });
  if (verdict.allowed) return;
  throw stateConflict(method, instance.uuid, verdict, rule, isWithoutGuest(instance) ? UNSHELVE_FIRST : null);
}
