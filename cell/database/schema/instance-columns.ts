import type { InstancesTable } from './instances.ts';

/** Every column, and whether lists read it. */
const COLUMNS = {
  uuid: true,
  seq: true,
  epoch: true,
  version: true,
  operation_id: true,
  project_id: true,
  user_id: true,
  display_name: true,
  display_description: true,
  hostname: true,
  flavor_id: true,
  image_id: true,
  key_name: true,
  host_id: true,
  host: true,
  node: true,
  zone: true,
  guest_id: true,
  vm_state: true,
  old_vm_state: true,
  task_state: true,
  power_state: true,
  progress: true,
  locked_by: true,
  lock_reason: true,
  launch_index: true,
  reservation_id: true,
  config_drive: true,
  disk_config: true,
  access_ip_v4: true,
  access_ip_v6: true,
  addresses_v4: true,
  addresses_v6: true,
  tags: true,
  metadata: true,
  build: true,
  user_data: false,
  fault: true,
  old_flavor: true,
  created_at: true,
  updated_at: true,
  launched_at: true,
  terminated_at: true,
  deleted_at: true,
  build_failed_at: true,
  presence: true,
  instance_name: true,
} as const satisfies Record<keyof InstancesTable, boolean>;

type Listed = { [K in keyof typeof COLUMNS]: (typeof COLUMNS)[K] extends true ? K : never }[keyof typeof COLUMNS];

/** What lists read of an instance: all but what is bulky. */
export const LISTED_COLUMNS = Object.entries(COLUMNS).flatMap(([name, listed]) =>
  listed ? [`instances.${name as Listed}` as const] : [],
);
