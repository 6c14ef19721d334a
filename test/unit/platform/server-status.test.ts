import { describe, expect, it } from 'vitest';
import { serverStatus, specialTaskStates, statesOfStatus } from '#platform/states/server-status.ts';
import { TASK_STATES } from '#platform/states/task-state.ts';
import { VM_STATES } from '#platform/states/vm-state.ts';

describe('server status', () => {
  it('every pair of states has one, and the filter of that status finds the pair again', () => {
    for (const vmState of VM_STATES) {
      for (const taskState of [null, ...TASK_STATES]) {
        const status = serverStatus(vmState, taskState);
        const found = statesOfStatus(status.toLowerCase()).filter(
          (pair) =>
            pair.vmState === vmState &&
            (pair.taskStates === null
              ? taskState === null || !specialTaskStates(vmState).includes(taskState)
              : taskState !== null && pair.taskStates.includes(taskState)),
        );
        expect([vmState, taskState, found.length]).toEqual([vmState, taskState, 1]);
      }
    }
  });

  it('knows the special ones', () => {
    expect(serverStatus('active', 'rebooting_hard')).toBe('HARD_REBOOT');
    expect(serverStatus('resized', 'resize_reverting')).toBe('REVERT_RESIZE');
    expect(serverStatus('resized', 'resize_confirming')).toBe('VERIFY_RESIZE');
    expect(statesOfStatus('NOSUCH')).toEqual([]);
  });
});
