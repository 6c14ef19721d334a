import { actionRule } from './action-rule.ts';
import { POWER_TASK_STATES } from './task-state.ts';

/** Where an evacuation may begin. Changes of power that hang, because the host is dead, do not stand in its way. */
export const EVACUATE_RULE = actionRule(['active', 'stopped', 'error'], 'rebuilding', {
  taskStates: POWER_TASK_STATES,
});
