import { isoTimeOrNull } from '#platform/database/json-column.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type ActionRule, actionAllowed } from '#platform/states/action-rule.ts';
import { isWithoutGuest, UNSHELVE_FIRST } from '#platform/states/shelve-rules.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';

/** @throws VolvoxError conflict when the rule forbids the action now, with Nova's message and `details` {attribute, state, method}. */
export function checkState(instance: InstanceRow, rule: ActionRule, method: string): void {
  const verdict = actionAllowed(rule, {
    vmState: instance.vmState,
    taskState: instance.taskState,
    launchedAt: isoTimeOrNull(instance.launchedAt),
  });
  if (verdict.allowed) return;
  const { attribute, state } = verdict;
  const message =
    attribute === 'launched_at'
      ? `Cannot '${method}' instance ${instance.uuid} which has never been active`
      : `Cannot '${method}' instance ${instance.uuid} while it is in ${attribute} ${state}`;
  const next = isWithoutGuest(instance) ? `. ${UNSHELVE_FIRST}` : '';
  throw new VolvoxError('conflict', `${message}${next}`, { details: { attribute, state, method } });
}
