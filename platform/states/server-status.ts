import type { TaskState } from './task-state.ts';
import type { VmState } from './vm-state.ts';

/** Nova's `rebuild_block_device_mapping` and `rebuild_spawning` are parts of this one here. */
const REBUILDING: readonly TaskState[] = ['rebuilding'];
const RESIZING: readonly TaskState[] = ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'];

type Row = readonly [status: string, special: Readonly<Partial<Record<TaskState, string>>>];

const each = (tasks: readonly TaskState[], status: string): Partial<Record<TaskState, string>> =>
  Object.fromEntries(tasks.map((task) => [task, status]));

/** (vm_state, task_state) → status, as Nova's `_STATE_MAP` (nova/api/openstack/common.py). */
const STATUS: Readonly<Record<VmState, Row>> = {
  active: [
    'ACTIVE',
    {
      ...each(['rebooting', 'reboot_pending', 'reboot_started'], 'REBOOT'),
      ...each(['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'], 'HARD_REBOOT'),
      ...each(RESIZING, 'RESIZE'),
      ...each(REBUILDING, 'REBUILD'),
      migrating: 'MIGRATING',
    },
  ],
  building: ['BUILD', {}],
  stopped: ['SHUTOFF', { ...each(RESIZING, 'RESIZE'), ...each(REBUILDING, 'REBUILD') }],
  resized: ['VERIFY_RESIZE', { resize_reverting: 'REVERT_RESIZE' }],
  paused: ['PAUSED', { migrating: 'MIGRATING' }],
  suspended: ['SUSPENDED', {}],
  rescued: ['RESCUE', {}],
  error: ['ERROR', each(REBUILDING, 'REBUILD')],
  deleted: ['DELETED', {}],
  'soft-delete': ['SOFT_DELETED', {}],
  shelved: ['SHELVED', {}],
  shelved_offloaded: ['SHELVED_OFFLOADED', {}],
};

/** The status users see. UNKNOWN is for servers of a cell that does not answer and is never computed here. */
export function serverStatus(vmState: VmState, taskState: TaskState | null): string {
  const [plain, special] = STATUS[vmState];
  return (taskState === null ? undefined : special[taskState]) ?? plain;
}

/**
 * The pairs that show as a status (case-insensitive), for translating a list filter back.
 * `taskStates` null means any task state that has no special status for that vm_state.
 * @returns an empty list for a status that does not exist.
 */
export function statesOfStatus(status: string): { vmState: VmState; taskStates: readonly TaskState[] | null }[] {
  const asked = status.toUpperCase();
  const pairs: { vmState: VmState; taskStates: readonly TaskState[] | null }[] = [];
  for (const [vmState, [plain, special]] of Object.entries(STATUS) as [VmState, Row][]) {
    if (plain === asked) pairs.push({ vmState, taskStates: null });
    const tasks = (Object.entries(special) as [TaskState, string][])
      .filter(([, s]) => s === asked)
      .map(([task]) => task);
    if (tasks.length > 0) pairs.push({ vmState, taskStates: tasks });
  }
  return pairs;
}

/** Task states that have a status of their own for a vm_state; the plain status excludes them. */
export function specialTaskStates(vmState: VmState): readonly TaskState[] {
  return Object.keys(STATUS[vmState][1]) as TaskState[];
}
