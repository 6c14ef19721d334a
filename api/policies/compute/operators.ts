import { ADMIN, MANAGER, type RuleTable, rule, SERVICE } from '../rule.ts';

const HYPERVISORS = '/os-hypervisors';
const HOST = '/os-hosts/{host}';

/** What operators and other services ask: hosts, aggregates, services, migrations, events. */
export const OPERATOR_RULES = {
  'os_compute_api:os-aggregates:index': rule(ADMIN, 'List aggregates', 'GET /os-aggregates'),
  'os_compute_api:os-aggregates:show': rule(ADMIN, 'Show an aggregate', 'GET /os-aggregates/{id}'),
  'os_compute_api:os-aggregates:create': rule(ADMIN, 'Create an aggregate', 'POST /os-aggregates'),
  'os_compute_api:os-aggregates:update': rule(ADMIN, 'Change an aggregate', 'PUT /os-aggregates/{id}'),
  'os_compute_api:os-aggregates:delete': rule(ADMIN, 'Delete an aggregate', 'DELETE /os-aggregates/{id}'),
  'os_compute_api:os-aggregates:add_host': rule(
    ADMIN,
    'Add a host to an aggregate',
    'POST /os-aggregates/{id}/action add_host',
  ),
  'os_compute_api:os-aggregates:remove_host': rule(
    ADMIN,
    'Remove a host from an aggregate',
    'POST /os-aggregates/{id}/action remove_host',
  ),
  'os_compute_api:os-aggregates:set_metadata': rule(
    ADMIN,
    'Set the metadata of an aggregate',
    'POST /os-aggregates/{id}/action set_metadata',
  ),
  'compute:aggregates:images': rule(
    ADMIN,
    'Cache images on the hosts of an aggregate',
    'POST /os-aggregates/{id}/images',
  ),

  'os_compute_api:os-hypervisors:list': rule(ADMIN, 'List hypervisors', `GET ${HYPERVISORS}`),
  'os_compute_api:os-hypervisors:list-detail': rule(
    ADMIN,
    'List hypervisors with details',
    `GET ${HYPERVISORS}/detail`,
  ),
  'os_compute_api:os-hypervisors:show': rule(ADMIN, 'Show a hypervisor', `GET ${HYPERVISORS}/{id}`),
  'os_compute_api:os-hypervisors:statistics': rule(
    ADMIN,
    'Sum up all hypervisors (until 2.87)',
    `GET ${HYPERVISORS}/statistics`,
  ),
  'os_compute_api:os-hypervisors:uptime': rule(
    ADMIN,
    'Show how long a hypervisor has run (until 2.87)',
    `GET ${HYPERVISORS}/{id}/uptime`,
  ),
  'os_compute_api:os-hypervisors:search': rule(
    ADMIN,
    'Find hypervisors by name (until 2.52)',
    `GET ${HYPERVISORS}/{pattern}/search`,
  ),
  'os_compute_api:os-hypervisors:servers': rule(
    ADMIN,
    'List the servers of hypervisors (until 2.52)',
    `GET ${HYPERVISORS}/{pattern}/servers`,
  ),
  'os_compute_api:os-hosts:list': rule(ADMIN, 'List hosts (until 2.42)', 'GET /os-hosts'),
  'os_compute_api:os-hosts:show': rule(ADMIN, 'Show a host (until 2.42)', `GET ${HOST}`),
  'os_compute_api:os-hosts:update': rule(ADMIN, 'Change a host (until 2.42)', `PUT ${HOST}`),
  'os_compute_api:os-hosts:reboot': rule(ADMIN, 'Reboot a host (until 2.42)', `GET ${HOST}/reboot`),
  'os_compute_api:os-hosts:shutdown': rule(ADMIN, 'Shut a host down (until 2.42)', `GET ${HOST}/shutdown`),
  'os_compute_api:os-hosts:start': rule(ADMIN, 'Start a host (until 2.42)', `GET ${HOST}/startup`),

  'os_compute_api:os-services:list': rule(ADMIN, 'List services', 'GET /os-services'),
  'os_compute_api:os-services:update': rule(
    ADMIN,
    'Enable, disable or force down a service',
    'PUT /os-services/{id}',
    'PUT /os-services/enable',
    'PUT /os-services/disable',
    'PUT /os-services/disable-log-reason',
    'PUT /os-services/force-down',
  ),
  'os_compute_api:os-services:delete': rule(ADMIN, 'Delete a service', 'DELETE /os-services/{id}'),

  'os_compute_api:os-migrations:index': rule(MANAGER, 'List migrations', 'GET /os-migrations'),
  'os_compute_api:os-migrations:index:all_projects': rule(
    ADMIN,
    'List migrations of all projects',
    'GET /os-migrations',
  ),
  'os_compute_api:os-migrations:index:host': rule(ADMIN, 'See the hosts of migrations', 'GET /os-migrations'),
  'os_compute_api:os-console-auth-tokens': rule(
    ADMIN,
    'Show where the console of a token is',
    'GET /os-console-auth-tokens/{token}',
  ),
  'os_compute_api:os-instance-usage-audit-log:list': rule(
    ADMIN,
    'List usage audits',
    'GET /os-instance_usage_audit_log',
  ),
  'os_compute_api:os-instance-usage-audit-log:show': rule(
    ADMIN,
    'List usage audits before a time',
    'GET /os-instance_usage_audit_log/{time}',
  ),
  'os_compute_api:os-server-external-events:create': rule(
    SERVICE,
    'Tell servers what happened in another service',
    'POST /os-server-external-events',
  ),
  'os_compute_api:os-assisted-volume-snapshots:create': rule(
    SERVICE,
    'Snapshot a volume in use',
    'POST /os-assisted-volume-snapshots',
  ),
  'os_compute_api:os-assisted-volume-snapshots:delete': rule(
    SERVICE,
    'Delete a snapshot of a volume in use',
    'DELETE /os-assisted-volume-snapshots/{id}',
  ),
} as const satisfies RuleTable;
