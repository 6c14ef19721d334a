import { policy } from '../../http/policy.ts';

export const LIST = policy('os_compute_api:servers:index');
export const LIST_ALL_TENANTS = policy('os_compute_api:servers:index:get_all_tenants');
export const DETAIL = policy('os_compute_api:servers:detail');
export const DETAIL_ALL_TENANTS = policy('os_compute_api:servers:detail:get_all_tenants');
export const ALL_FILTERS = policy('os_compute_api:servers:allow_all_filters');
export const SHOW = policy('os_compute_api:servers:show');
export const SHOW_HOST_STATUS = policy('os_compute_api:servers:show:host_status');
export const SHOW_UNKNOWN_HOST_STATUS = policy('os_compute_api:servers:show:host_status:unknown-only');
export const SHOW_EXTRA_SPECS = policy('os_compute_api:servers:show:flavor-extra-specs');
export const EXTENDED_ATTRIBUTES = policy('os_compute_api:os-extended-server-attributes');
export const CREATE = policy('os_compute_api:servers:create');
export const CREATE_WITH_VOLUMES = policy('os_compute_api:servers:create:attach_volume');
export const CREATE_WITH_CERTIFICATES = policy('os_compute_api:servers:create:trusted_certs');
export const CREATE_ON_NETWORKS = policy('os_compute_api:servers:create:attach_network');
export const CREATE_WITH_ZERO_DISK = policy('os_compute_api:servers:create:zero_disk_flavor');
export const ATTACH_EXTERNAL_NETWORK = policy('network:attach_external_network');
export const CREATE_FORCED_HOST = policy('os_compute_api:servers:create:forced_host');
export const CREATE_ON_DESTINATION = policy('compute:servers:create:requested_destination');
export const UPDATE = policy('os_compute_api:servers:update');
export const DELETE = policy('os_compute_api:servers:delete');

export const METADATA_SHOW = policy('os_compute_api:server-metadata:show');
export const METADATA_LIST = policy('os_compute_api:server-metadata:index');
export const METADATA_CREATE = policy('os_compute_api:server-metadata:create');
export const METADATA_UPDATE = policy('os_compute_api:server-metadata:update');
export const METADATA_REPLACE = policy('os_compute_api:server-metadata:update_all');
export const METADATA_DELETE = policy('os_compute_api:server-metadata:delete');

export const TAGS_LIST = policy('os_compute_api:os-server-tags:index');
export const TAGS_SHOW = policy('os_compute_api:os-server-tags:show');
export const TAGS_UPDATE = policy('os_compute_api:os-server-tags:update');
export const TAGS_REPLACE = policy('os_compute_api:os-server-tags:update_all');
export const TAGS_DELETE = policy('os_compute_api:os-server-tags:delete');
export const TAGS_DELETE_ALL = policy('os_compute_api:os-server-tags:delete_all');

export const IPS_LIST = policy('os_compute_api:ips:index');
export const IPS_SHOW = policy('os_compute_api:ips:show');
export const INTERFACES_LIST = policy('os_compute_api:os-attach-interfaces:list');
export const INTERFACES_SHOW = policy('os_compute_api:os-attach-interfaces:show');
export const INTERFACES_CREATE = policy('os_compute_api:os-attach-interfaces:create');
export const INTERFACES_DELETE = policy('os_compute_api:os-attach-interfaces:delete');
export const SECURITY_GROUPS_LIST = policy('os_compute_api:os-security-groups:list');
export const ACTIONS_LIST = policy('os_compute_api:os-instance-actions:list');
export const ACTIONS_SHOW = policy('os_compute_api:os-instance-actions:show');
export const ACTION_EVENTS = policy('os_compute_api:os-instance-actions:events');
export const ACTION_EVENT_DETAILS = policy('os_compute_api:os-instance-actions:events:details');
