import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ActionRule } from './action-rule.ts';
import { serverStatus } from './server-status.ts';
import type { VmState } from './vm-state.ts';
import { wayTo } from './way-to.ts';

/** What of a server's state forbids an action. */
interface WrongState {
  readonly attribute: 'vm_state' | 'task_state' | 'launched_at';
  readonly state: string;
}

/**
 * Nova's sentence about an action that the state of a server forbids, followed by the states that allow it and the actions that lead there.
 * `details` are {attribute, state, method}.
 * @param advice what to do, where the states alone do not tell it.
 */
export function stateConflict(
  method: string,
  uuid: string,
  { attribute, state }: WrongState,
  allowed: Pick<ActionRule, 'vmStates' | 'taskStates'>,
  advice: string | null = null,
): VolvoxError {
  const help = advice === null ? `; ${helpFor(attribute, state, allowed)}` : `. ${advice}`;
  const message =
    attribute === 'launched_at'
      ? `Cannot '${method}' instance ${uuid} which has never been active${help}`
      : `Cannot '${method}' instance ${uuid} while it is in ${attribute} ${state}${help}`;
  return new VolvoxError('conflict', message, { details: { attribute, state, method } });
}

function helpFor(
  attribute: WrongState['attribute'],
  state: string,
  { vmStates, taskStates }: Pick<ActionRule, 'vmStates' | 'taskStates'>,
): string {
  if (attribute === 'launched_at') return 'delete it and create another one.';
  if (attribute === 'task_state') return `${taskHelp(taskStates)} Repeat the request then.`;
  if (vmStates === 'any') return 'every vm_state but deleted allows it.';
  const way = wayTo(state, vmStates);
  return `it must be in vm_state ${listed(vmStates.map(withStatus))}.${way === null ? '' : ` ${way}`}`;
}

const taskHelp = (taskStates: ActionRule['taskStates']): string =>
  taskStates === 'any' || taskStates.length === 0
    ? 'its task_state must be None: wait until what is in progress has ended.'
    : `its task_state must be None or ${listed(taskStates)}: wait until what is in progress has ended.`;

/** Users know some states by another word, the status. */
function withStatus(vmState: VmState): string {
  const status = serverStatus(vmState, null);
  return status.toLowerCase() === vmState ? vmState : `${vmState} (status ${status})`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? 'none';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}
