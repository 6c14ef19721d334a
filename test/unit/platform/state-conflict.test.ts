import { expect, it } from 'vitest';
import { actionAllowed, actionRule } from '#platform/states/action-rule.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import { TASK_STATES } from '#platform/states/task-state.ts';
import { VM_STATES, type VmState } from '#platform/states/vm-state.ts';

const conflict = (state: string, vmStates: readonly VmState[] | 'any') =>
  stateConflict('resume', 'X', { attribute: 'vm_state', state }, { vmStates, taskStates: [] }).message;

it('a refusal for the state of a server starts with Nova’s words, names every state that allows the action, and says what leads there', () => {
  expect(conflict('active', ['suspended'])).toContain(
    "Cannot 'resume' instance X while it is in vm_state active; it must be in vm_state suspended. First send suspend.",
  );
  expect(conflict('paused', ['stopped', 'rescued'])).toContain(
    "Cannot 'resume' instance X while it is in vm_state paused; it must be in vm_state stopped (status SHUTOFF) or rescued (status RESCUE). " +
      'First send unpause, then os-stop.',
  );
  expect(conflict('building', ['active'])).toMatch(/Wait until it is built\.$/);
  for (const present of VM_STATES) {
    for (const allowed of VM_STATES) {
      if (present === allowed) continue;
      const said = conflict(present, [allowed, 'active']);
      expect(said).toContain(`while it is in vm_state ${present}; it must be in vm_state ${allowed}`);
      const isEnd = present === 'deleted' || present === 'active';
      if (!isEnd) expect(said).toMatch(/(First send .+|Wait until it is built)\.$/);
    }
  }
});

it('a refusal because something is in progress says what to wait for', () => {
  for (const taskState of TASK_STATES) {
    const rule = actionRule('any', null, { taskStates: taskState === 'pausing' ? [] : ['pausing'] });
    const verdict = actionAllowed(rule, { vmState: 'active', taskState, launchedAt: '2026-01-01T00:00:00Z' });
    if (verdict.allowed) throw new Error('the rule must forbid this');
    const { kind, message, details } = stateConflict('stop', 'X', verdict, rule);
    expect(kind).toBe('conflict');
    expect(details).toEqual({ attribute: 'task_state', state: taskState, method: 'stop' });
    expect(message).toContain(
      `Cannot 'stop' instance X while it is in task_state ${taskState}; its task_state must be None`,
    );
  }
});
