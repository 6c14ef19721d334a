import type { Instance } from '#platform/objects/instance.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { VmState } from '#platform/states/vm-state.ts';

/** States in which metadata and tags may be written (nova/compute/api.py, nova/api/openstack/compute/server_tags.py). */
const WRITABLE: readonly VmState[] = ['active', 'paused', 'suspended', 'stopped'];

/** @param doing as in `update metadata`. @throws VolvoxError conflict */
export function mustBeWritable({ uuid, vmState }: Pick<Instance, 'uuid' | 'vmState'>, doing: string): void {
  if (!WRITABLE.includes(vmState)) {
    throw stateConflict(
      doing,
      uuid,
      { attribute: 'vm_state', state: vmState },
      { vmStates: WRITABLE, taskStates: 'any' },
    );
  }
}
