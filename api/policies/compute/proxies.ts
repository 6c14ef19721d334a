import { ADMIN, ANYBODY, MEMBER, READER, type RuleTable, rule } from '../rule.ts';

/** Older operations on what other APIs own now; all end with 2.35. */
export const PROXY_RULES = {
  'os_compute_api:os-baremetal-nodes:list': rule(ADMIN, 'List bare metal nodes', 'GET /os-baremetal-nodes'),
  'os_compute_api:os-baremetal-nodes:show': rule(ADMIN, 'Show a bare metal node', 'GET /os-baremetal-nodes/{id}'),
  'os_compute_api:os-floating-ip-pools': rule(ANYBODY, 'List pools of floating addresses', 'GET /os-floating-ip-pools'),
  'os_compute_api:os-floating-ips:list': rule(READER, 'List floating addresses', 'GET /os-floating-ips'),
  'os_compute_api:os-floating-ips:show': rule(READER, 'Show a floating address', 'GET /os-floating-ips/{id}'),
  'os_compute_api:os-floating-ips:create': rule(MEMBER, 'Take a floating address', 'POST /os-floating-ips'),
  'os_compute_api:os-floating-ips:delete': rule(MEMBER, 'Give a floating address back', 'DELETE /os-floating-ips/{id}'),
  'os_compute_api:os-networks:list': rule(READER, 'List networks', 'GET /os-networks'),
  'os_compute_api:os-networks:show': rule(READER, 'Show a network', 'GET /os-networks/{id}'),
  'os_compute_api:os-tenant-networks:list': rule(READER, 'List networks of the project', 'GET /os-tenant-networks'),
  'os_compute_api:os-tenant-networks:show': rule(
    READER,
    'Show a network of the project',
    'GET /os-tenant-networks/{id}',
  ),
  'os_compute_api:os-security-groups:get': rule(READER, 'List security groups', 'GET /os-security-groups'),
  'os_compute_api:os-security-groups:show': rule(READER, 'Show a security group', 'GET /os-security-groups/{id}'),
  'os_compute_api:os-security-groups:create': rule(MEMBER, 'Create a security group', 'POST /os-security-groups'),
  'os_compute_api:os-security-groups:update': rule(MEMBER, 'Change a security group', 'PUT /os-security-groups/{id}'),
  'os_compute_api:os-security-groups:delete': rule(
    MEMBER,
    'Delete a security group',
    'DELETE /os-security-groups/{id}',
  ),
  'os_compute_api:os-security-groups:rule:create': rule(
    MEMBER,
    'Add a rule to a security group',
    'POST /os-security-group-rules',
  ),
  'os_compute_api:os-security-groups:rule:delete': rule(
    MEMBER,
    'Delete a rule of a security group',
    'DELETE /os-security-group-rules/{id}',
  ),
  'os_compute_api:os-volumes:list': rule(READER, 'List volumes', 'GET /os-volumes'),
  'os_compute_api:os-volumes:detail': rule(READER, 'List volumes with details', 'GET /os-volumes/detail'),
  'os_compute_api:os-volumes:show': rule(READER, 'Show a volume', 'GET /os-volumes/{id}'),
  'os_compute_api:os-volumes:create': rule(MEMBER, 'Create a volume', 'POST /os-volumes'),
  'os_compute_api:os-volumes:delete': rule(MEMBER, 'Delete a volume', 'DELETE /os-volumes/{id}'),
  'os_compute_api:os-volumes:snapshots:list': rule(READER, 'List snapshots of volumes', 'GET /os-snapshots'),
  'os_compute_api:os-volumes:snapshots:detail': rule(READER, 'List snapshots with details', 'GET /os-snapshots/detail'),
  'os_compute_api:os-volumes:snapshots:show': rule(READER, 'Show a snapshot', 'GET /os-snapshots/{id}'),
  'os_compute_api:os-volumes:snapshots:create': rule(MEMBER, 'Create a snapshot', 'POST /os-snapshots'),
  'os_compute_api:os-volumes:snapshots:delete': rule(MEMBER, 'Delete a snapshot', 'DELETE /os-snapshots/{id}'),
} as const satisfies RuleTable;
