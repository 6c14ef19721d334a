import { ADMIN, MEMBER, policy, READER } from '../../http/policy.ts';

const server = (name: string) => `os_compute_api:servers:${name}`;

export const LIST = policy(server('index'), READER);
export const LIST_ALL_TENANTS = policy(server('index:get_all_tenants'), ADMIN);
export const DETAIL = policy(server('detail'), READER);
export const DETAIL_ALL_TENANTS = policy(server('detail:get_all_tenants'), ADMIN);
export const ALL_FILTERS = policy(server('allow_all_filters'), ADMIN);
export const SHOW = policy(server('show'), READER);
export const SHOW_HOST_STATUS = policy(server('show:host_status'), ADMIN);
export const SHOW_EXTRA_SPECS = policy(server('show:flavor-extra-specs'), READER);
export const EXTENDED_ATTRIBUTES = policy('os_compute_api:os-extended-server-attributes', ADMIN);
export const CREATE = policy(server('create'), MEMBER);
export const CREATE_FORCED_HOST = policy(server('create:forced_host'), ADMIN);
export const CREATE_ON_DESTINATION = policy('compute:servers:create:requested_destination', ADMIN);
export const UPDATE = policy(server('update'), MEMBER);
export const DELETE = policy(server('delete'), MEMBER);

export const METADATA_SHOW = policy('os_compute_api:server-metadata:show', READER);
export const METADATA_LIST = policy('os_compute_api:server-metadata:index', READER);
export const METADATA_CREATE = policy('os_compute_api:server-metadata:create', MEMBER);
export const METADATA_UPDATE = policy('os_compute_api:server-metadata:update', MEMBER);
export const METADATA_REPLACE = policy('os_compute_api:server-metadata:update_all', MEMBER);
export const METADATA_DELETE = policy('os_compute_api:server-metadata:delete', MEMBER);

export const TAGS_LIST = policy('os_compute_api:os-server-tags:index', READER);
export const TAGS_SHOW = policy('os_compute_api:os-server-tags:show', READER);
export const TAGS_UPDATE = policy('os_compute_api:os-server-tags:update', MEMBER);
export const TAGS_REPLACE = policy('os_compute_api:os-server-tags:update_all', MEMBER);
export const TAGS_DELETE = policy('os_compute_api:os-server-tags:delete', MEMBER);
export const TAGS_DELETE_ALL = policy('os_compute_api:os-server-tags:delete_all', MEMBER);

export const IPS_LIST = policy('os_compute_api:ips:index', READER);
export const IPS_SHOW = policy('os_compute_api:ips:show', READER);
export const INTERFACES_LIST = policy('os_compute_api:os-attach-interfaces:list', READER);
export const INTERFACES_SHOW = policy('os_compute_api:os-attach-interfaces:show', READER);
export const SECURITY_GROUPS_LIST = policy('os_compute_api:os-security-groups:list', READER);
export const ACTIONS_LIST = policy('os_compute_api:os-instance-actions:list', READER);
export const ACTIONS_SHOW = policy('os_compute_api:os-instance-actions:show', READER);
export const ACTION_EVENTS = policy('os_compute_api:os-instance-actions:events', ADMIN);
export const ACTION_EVENT_DETAILS = policy('os_compute_api:os-instance-actions:events:details', ADMIN);
