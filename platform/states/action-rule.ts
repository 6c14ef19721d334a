import type { TaskState } from './task-state.ts';
import type { VmState } from './vm-state.ts';

/** The states in which an action of a server may begin, and the task state that it sets. */
export interface ActionRule {
  /** vm_states in which it is allowed; 'any' for all but deleted. */
  readonly vmStates: readonly VmState[] | 'any';
  /** Besides null, the task states in which it is allowed; 'any' for all. */
  readonly taskStates: readonly TaskState[] | 'any';
  /** The task state while it is carried out; null for an action that is over at once. */
  readonly taskState: TaskState | null;
  readonly mustHaveLaunched: boolean;
}

/** By default the server must have been active once, and nothing may be in progress on it. */
export const actionRule = (
  vmStates: readonly VmState[] | 'any',
  taskState: TaskState | null,
  rest: Partial<ActionRule> = {},
): ActionRule => ({ vmStates, taskState, taskStates: [], mustHaveLaunched: true, ...rest });

/** Whether an action may begin on an instance in these states. Pure; the write repeats it as a compare-and-swap. */
export function actionAllowed(
  rule: ActionRule,
  instance: { vmState: VmState; taskState: TaskState | null; launchedAt: string | null },
): { allowed: true } | { allowed: false; attribute: 'vm_state' | 'task_state' | 'launched_at'; state: string } {
  const { vmState, taskState } = instance;
  if (rule.vmStates === 'any' ? vmState === 'deleted' : !rule.vmStates.includes(vmState)) {
    return { allowed: false, attribute: 'vm_state', state: vmState };
  }
  if (taskState !== null && rule.taskStates !== 'any' && !rule.taskStates.includes(taskState)) {
    return { allowed: false, attribute: 'task_state', state: taskState };
  }
  if (rule.mustHaveLaunched && instance.launchedAt === null) {
    return { allowed: false, attribute: 'launched_at', state: 'never' };
  }
  return { allowed: true };
}
