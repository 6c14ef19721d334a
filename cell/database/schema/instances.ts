import type { Generated } from 'kysely';
import type { TaskState } from '#platform/states/task-state.ts';
import type { VmState } from '#platform/states/vm-state.ts';

/**
 * An instance at home here, or deleted here. `operation_id` is the operation that owns it now (null: none); only its owner writes
 * its states, and every write names the owner, or the version, that it expects. What is filtered or sorted on has a column;
 * `build` holds the rest, and is kept equal to the columns.
 */
export interface InstancesTable {
  uuid: string;
  /** Gives `instance-00000042` its number; means nothing else. */
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
  /** The copy that users see; null before a host was found and after the instance is gone. */
  guest_id: string | null;
  vm_state: VmState;
  /** What it was before a resize, for confirm and revert. */
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
  /** Since when the global tier is asked what to do with a build that failed here, ms; null: it is not. */
  build_failed_at: number | null;
  /**
   * here: in lists. arriving: a move brings it; it answers for itself, but is in no list. left: a move took it away; the row goes when
   * nothing of it is left here.
   */
  presence: Generated<'here' | 'arriving' | 'left'>;
  /** The name it got where it was made, when that was in another cell; null: from `seq`. */
  instance_name: Generated<string | null>;
}

export interface InstanceTables {
  instances: InstancesTable;
}
