import { SORT_KEYS } from '#platform/contracts/door.ts';
import { type ByVersion, upToVersion } from '../../../http/by-version.ts';
import type { Microversion } from '../../../http/microversion.ts';
import { limitAndMarker, looseQuery, several, strictQuery, string } from '../../../http/parameter-types.ts';
import type { Schema } from '../../../http/validator.ts';

/** Query parameters of the server lists (nova/api/openstack/compute/schemas/servers.py, `query_params_v21` and its successors). */

const text: Schema = several(string);
const regex: Schema = several({ type: 'string', format: 'regex' });
const moment: Schema = several({ type: 'string', format: 'date-time' });

/** Sort keys that are known and have no effect. */
const IGNORED_SORT_KEYS = [
  'architecture',
  'cell_name',
  'cleaned',
  'default_ephemeral_device',
  'default_swap_device',
  'deleted',
  'deleted_at',
  'disable_terminate',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'id',
  'key_data',
  'launched_on',
  'memory_mb',
  'os_type',
  'reservation_id',
  'root_gb',
  'shutdown_terminate',
  'user_data',
  'vcpus',
  'vm_mode',
];

/** Parts of a server that lie in tables of their own: filtering by them is refused by name. */
export const JOINED_FIELDS = [
  'block_device_mapping',
  'services',
  'metadata',
  'system_metadata',
  'info_cache',
  'extra',
  'security_groups',
  'fault',
  'pci_devices',
  'tags',
] as const;

const FIELDS = {
  user_id: text,
  project_id: text,
  tenant_id: text,
  launch_index: text,
  image_ref: text,
  image: text,
  kernel_id: regex,
  ramdisk_id: regex,
  hostname: regex,
  key_name: regex,
  power_state: regex,
  vm_state: text,
  task_state: text,
  host: text,
  node: regex,
  flavor: regex,
  reservation_id: regex,
  launched_at: regex,
  terminated_at: regex,
  availability_zone: regex,
  name: regex,
  display_name: regex,
  description: regex,
  display_description: regex,
  locked_by: regex,
  uuid: text,
  root_device_name: regex,
  config_drive: regex,
  access_ip_v4: regex,
  access_ip_v6: regex,
  auto_disk_config: regex,
  progress: regex,
  sort_key: several({ type: 'string', enum: [...SORT_KEYS, ...IGNORED_SORT_KEYS] }),
  sort_dir: text,
  all_tenants: text,
  soft_deleted: text,
  deleted: text,
  status: text,
  'changes-since': moment,
  ip: regex,
  ip6: regex,
  created_at: regex,
  ...Object.fromEntries(JOINED_FIELDS.map((field) => [field, text])),
  ...limitAndMarker,
};
const TAGS = { tags: text, 'tags-any': text, 'not-tags': text, 'not-tags-any': text };
const SINCE_26 = { ...FIELDS, ...TAGS };
const SINCE_66 = { ...SINCE_26, 'changes-before': moment };
const SINCE_73 = { ...SINCE_66, locked: text };

/** Names with a leading underscore are seen, so that they can be refused. */
const loose = (properties: Readonly<Record<string, Schema>>): Schema => ({
  ...looseQuery(properties),
  patternProperties: { '^_': text },
});

export const LIST_QUERY = {
  1: loose(FIELDS),
  26: loose(SINCE_26),
  66: loose(SINCE_66),
  73: loose(SINCE_73),
  75: strictQuery(SINCE_73),
} as const;

/** What somebody who is no admin may filter by, and since which microversion; the rest is ignored. */
const PUBLIC_FILTERS: ByVersion<readonly string[]> = {
  1: ['reservation_id', 'name', 'status', 'image', 'flavor', 'ip', 'changes-since', 'all_tenants'],
  5: ['ip6'],
  26: ['tags', 'tags-any', 'not-tags', 'not-tags-any'],
  66: ['changes-before'],
  73: ['locked'],
  83: [
    'availability_zone',
    'config_drive',
    'key_name',
    'created_at',
    'launched_at',
    'terminated_at',
    'power_state',
    'task_state',
    'vm_state',
    'progress',
    'user_id',
  ],
  90: ['hostname'],
};

export const publicFilters = (version: Microversion): ReadonlySet<string> =>
  new Set(upToVersion(PUBLIC_FILTERS, version).flat());
