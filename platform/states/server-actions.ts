import type { TaskState } from './task-state.ts';
import type { VmState } from './vm-state.ts';

/** The actions of a server that go through an operation of its cell. */
export const ACTION_KINDS = [
  'start',
  'stop',
  'reboot',
  'pause',
  'unpause',
  'suspend',
  'resume',
  'resize',
  'confirmResize',
  'revertResize',
  'delete',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export interface ActionRule {
  /** vm_states in which it is allowed; 'any' for all but deleted. */
  readonly vmStates: readonly VmState[] | 'any';
  /** Besides null, the task states in which it is allowed; 'any' for all. */
  readonly taskStates: readonly TaskState[] | 'any';
  /** The task state while it is carried out. */
  readonly taskState: TaskState;
  readonly mustHaveLaunched: boolean;
}

const rule = (
  vmStates: readonly VmState[] | 'any',
  taskState: TaskState,
  rest: Partial<ActionRule> = {},
): ActionRule => ({ vmStates, taskState, taskStates: [], mustHaveLaunched: true, ...rest });

/** Which action is allowed where (nova/compute/api.py, `check_instance_state`). All of them are refused on a locked server unless the caller is an admin. */
export const ACTION_RULES: Readonly<Record<ActionKind | 'rebootHard', ActionRule>> = {
  start: rule(['stopped'], 'powering-on'),
  stop: rule(['active', 'error'], 'powering-off'),
  reboot: rule(['active'], 'rebooting'),
  rebootHard: rule(['active', 'stopped', 'paused', 'suspended', 'error'], 'rebooting_hard', {
    taskStates: [
      'rebooting',
      'reboot_pending',
      'reboot_started',
      'resuming',
      'rebooting_hard',
      'unpausing',
      'pausing',
      'suspending',
    ],
  }),
  pause: rule(['active'], 'pausing'),
  unpause: rule(['paused'], 'unpausing'),
  suspend: rule(['active'], 'suspending'),
  resume: rule(['suspended'], 'resuming'),
  resize: rule(['active', 'stopped'], 'resize_prep'),
  confirmResize: rule(['resized'], 'resize_confirming'),
  revertResize: rule(['resized'], 'resize_reverting'),
  delete: rule('any', 'deleting', { taskStates: 'any', mustHaveLaunched: false }),
};

/** Where a move to another cell may begin (Nova's cold migration); admins only, also on a locked server. */
export const MOVE_RULE: ActionRule = rule(['active', 'stopped'], 'migrating');

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
