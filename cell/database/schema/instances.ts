import type { Generated } from 'kysely';
import type { TaskState } from '#platform/states/task-state.ts';
import type { VmState } from '#platform/states/vm-state.ts';

/**
 * An instance that lives here or was deleted here. `operation_id` is the operation that owns it now (null: none). Only its owner writes its
 * states, and every write names the owner or the version that it expects. Values that lists filter or sort on have columns; `build` has
 * the rest, and always agrees with the columns.
 */
export interface InstancesTable {
  uuid: string;
  /** The number in `instance-00000042`; it has no other meaning. */
  seq: Generated<number>;
  epoch: number;
  version: number;
  operation_id: string | null;
  project_id: string;
  user_id: string;
  display_name: string;
  display_description: string | null;
  hostname: string;
  flavor_id: string;
  image_id: string;
  key_name: string | null;
  host_id: string | null;
  host: string | null;
  node: string | null;
  zone: string | null;
  /** The guest that users see; null before a host was found and after the instance is gone. */
  guest_id: string | null;
  vm_state: VmState;
  /** The state before a resize, for confirm and revert. */
  old_vm_state: VmState | null;
  task_state: TaskState | null;
  /** Nova's number (`POWER_STATE`). */
  power_state: number;
  progress: number;
  locked_by: 'admin' | 'owner' | null;
  lock_reason: string | null;
  launch_index: number;
  reservation_id: string;
  config_drive: number;
  disk_config: 'AUTO' | 'MANUAL';
  access_ip_v4: string | null;
  access_ip_v6: string | null;
  /** Fixed addresses, one a line. */
  addresses_v4: string;
  addresses_v6: string;
  /** JSON array of strings. */
  tags: string;
  /** JSON object of strings. */
  metadata: string;
  /** JSON of InstanceBuild, without its user data. */
  build: string;
  /** Base64. Lists leave it out. */
  user_data: Generated<string | null>;
  /** JSON of Fault. */
  fault: string | null;
  /** JSON of Flavor. */
  old_flavor: string | null;
  created_at: string;
  updated_at: string;
  launched_at: string | null;
  terminated_at: string | null;
  deleted_at: string | null;
  /** When it was soft-deleted last. */
  soft_deleted_at: Generated<string | null>;
  /** When the build failed here, ms; the global tier decides what happens next. null: it has not failed. */
  build_failed_at: number | null;
  /**
   * here: lists show it. arriving: a move brings it; it answers requests, but no list shows it. left: a move took it away; the row goes
   * when nothing of the instance is left here.
   */
  presence: Generated<'here' | 'arriving' | 'left'>;
  /** The name that another cell gave it when it was built there; null: derived from `seq`. */
  instance_name: Generated<string | null>;
}

export interface InstanceTables {
  instances: InstancesTable;
}
