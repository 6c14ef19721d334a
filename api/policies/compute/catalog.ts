import { ADMIN, ANYBODY, MEMBER, OWN_USER, READER, type RuleTable, rule } from '../rule.ts';

const QUOTA = '/os-quota-sets/{project}';

/** What users choose from and are bound by: flavors, key pairs, groups, zones, quotas, usage. */
export const CATALOG_RULES = {
  'os_compute_api:os-flavor-manage:create': rule(ADMIN, 'Create a flavor', 'POST /flavors'),
  'os_compute_api:os-flavor-manage:update': rule(ADMIN, 'Change a flavor', 'PUT /flavors/{id}'),
  'os_compute_api:os-flavor-manage:delete': rule(ADMIN, 'Delete a flavor', 'DELETE /flavors/{id}'),
  'os_compute_api:os-flavor-access': rule(
    ADMIN,
    'List the projects that may use a flavor',
    'GET /flavors/{id}/os-flavor-access',
  ),
  'os_compute_api:os-flavor-access:add_tenant_access': rule(
    ADMIN,
    'Let a project use a flavor',
    'POST /flavors/{id}/action addTenantAccess',
  ),
  'os_compute_api:os-flavor-access:remove_tenant_access': rule(
    ADMIN,
    'Let a project no longer use a flavor',
    'POST /flavors/{id}/action removeTenantAccess',
  ),
  'os_compute_api:os-flavor-extra-specs:index': rule(
    READER,
    'List the extra specs of a flavor, also in the views of flavors (from 2.61)',
    'GET /flavors/{id}/os-extra_specs',
    'GET /flavors/detail',
    'GET /flavors/{id}',
    'POST /flavors',
    'PUT /flavors/{id}',
  ),
  'os_compute_api:os-flavor-extra-specs:show': rule(
    READER,
    'Show an extra spec',
    'GET /flavors/{id}/os-extra_specs/{key}',
  ),
  'os_compute_api:os-flavor-extra-specs:create': rule(ADMIN, 'Add extra specs', 'POST /flavors/{id}/os-extra_specs'),
  'os_compute_api:os-flavor-extra-specs:update': rule(
    ADMIN,
    'Change an extra spec',
    'PUT /flavors/{id}/os-extra_specs/{key}',
  ),
  'os_compute_api:os-flavor-extra-specs:delete': rule(
    ADMIN,
    'Delete an extra spec',
    'DELETE /flavors/{id}/os-extra_specs/{key}',
  ),

  'os_compute_api:os-keypairs:index': rule(OWN_USER, 'List key pairs', 'GET /os-keypairs'),
  'os_compute_api:os-keypairs:show': rule(OWN_USER, 'Show a key pair', 'GET /os-keypairs/{name}'),
  'os_compute_api:os-keypairs:create': rule(OWN_USER, 'Create or import a key pair', 'POST /os-keypairs'),
  'os_compute_api:os-keypairs:delete': rule(OWN_USER, 'Delete a key pair', 'DELETE /os-keypairs/{name}'),

  'os_compute_api:os-server-groups:index': rule(READER, 'List server groups', 'GET /os-server-groups'),
  'os_compute_api:os-server-groups:index:all_projects': rule(
    ADMIN,
    'List server groups of all projects',
    'GET /os-server-groups',
  ),
  'os_compute_api:os-server-groups:show': rule(READER, 'Show a server group', 'GET /os-server-groups/{id}'),
  'os_compute_api:os-server-groups:create': rule(MEMBER, 'Create a server group', 'POST /os-server-groups'),
  'os_compute_api:os-server-groups:delete': rule(MEMBER, 'Delete a server group', 'DELETE /os-server-groups/{id}'),

  'os_compute_api:os-availability-zone:list': rule(ANYBODY, 'List zones', 'GET /os-availability-zone'),
  'os_compute_api:os-availability-zone:detail': rule(
    ADMIN,
    'List zones with their hosts',
    'GET /os-availability-zone/detail',
  ),
  'os_compute_api:extensions': rule(ANYBODY, 'List extensions', 'GET /extensions', 'GET /extensions/{alias}'),

  'os_compute_api:limits': rule(ANYBODY, "Show the limits of one's own project", 'GET /limits'),
  'os_compute_api:limits:other_project': rule(ADMIN, 'Show the limits of another project', 'GET /limits'),
  'os_compute_api:os-quota-sets:show': rule(READER, 'Show the quota of a project', `GET ${QUOTA}`),
  'os_compute_api:os-quota-sets:detail': rule(READER, 'Show quota and use of a project', `GET ${QUOTA}/detail`),
  'os_compute_api:os-quota-sets:defaults': rule(ANYBODY, 'Show the default quota', `GET ${QUOTA}/defaults`),
  'os_compute_api:os-quota-sets:update': rule(ADMIN, 'Change the quota of a project', `PUT ${QUOTA}`),
  'os_compute_api:os-quota-sets:delete': rule(ADMIN, 'Give a project the default quota', `DELETE ${QUOTA}`),
  'os_compute_api:os-quota-class-sets:show': rule(ADMIN, 'Show a quota class', 'GET /os-quota-class-sets/{id}'),
  'os_compute_api:os-quota-class-sets:update': rule(ADMIN, 'Change a quota class', 'PUT /os-quota-class-sets/{id}'),
  'os_compute_api:os-simple-tenant-usage:list': rule(
    ADMIN,
    'Show what all projects have used',
    'GET /os-simple-tenant-usage',
  ),
  'os_compute_api:os-simple-tenant-usage:show': rule(
    READER,
    'Show what a project has used',
    'GET /os-simple-tenant-usage/{project}',
  ),
} as const satisfies RuleTable;
