import { ADMIN, MEMBER, READER, type RuleTable, rule } from '../rule.ts';

const REBUILD = 'POST /servers/{id}/action rebuild';
/** The answers that show a server whole. */
const VIEWS = ['GET /servers/{id}', 'GET /servers/detail', 'PUT /servers/{id}', REBUILD] as const;

/** Servers themselves: create, read, change, delete, and what may stand in such a request or its answer. */
export const SERVER_RULES = {
  'os_compute_api:servers:index': rule(READER, 'List servers', 'GET /servers'),
  'os_compute_api:servers:detail': rule(READER, 'List servers with details', 'GET /servers/detail'),
  'os_compute_api:servers:index:get_all_tenants': rule(ADMIN, 'List servers of all projects', 'GET /servers'),
  'os_compute_api:servers:detail:get_all_tenants': rule(
    ADMIN,
    'List servers of all projects with details',
    'GET /servers/detail',
  ),
  'os_compute_api:servers:allow_all_filters': rule(
    ADMIN,
    'Filter lists of servers by every attribute',
    'GET /servers',
    'GET /servers/detail',
  ),
  'os_compute_api:servers:show': rule(READER, 'Show a server', 'GET /servers/{id}'),
  'os_compute_api:servers:show:flavor-extra-specs': rule(READER, "See the extra specs of a server's flavor", ...VIEWS),
  'os_compute_api:servers:show:host_status': rule(ADMIN, "See the state of a server's host", ...VIEWS),
  'os_compute_api:servers:show:host_status:unknown-only': rule(
    ADMIN,
    "See the state of a server's host only while it is UNKNOWN",
    ...VIEWS,
  ),
  'os_compute_api:os-extended-server-attributes': rule(
    ADMIN,
    'See the host, hypervisor, instance name and similar attributes of a server',
    ...VIEWS,
  ),
  'os_compute_api:servers:create': rule(MEMBER, 'Create servers', 'POST /servers'),
  'os_compute_api:servers:create:forced_host': rule(
    ADMIN,
    'Name the host in availability_zone, past the scheduler (zone:host:node)',
    'POST /servers',
  ),
  'compute:servers:create:requested_destination': rule(
    ADMIN,
    'Name the host or hypervisor_hostname that the scheduler must choose',
    'POST /servers',
  ),
  'os_compute_api:servers:create:attach_volume': rule(MEMBER, 'Create servers with volumes', 'POST /servers'),
  'os_compute_api:servers:create:attach_network': rule(MEMBER, 'Create servers on named networks', 'POST /servers'),
  'os_compute_api:servers:create:trusted_certs': rule(
    MEMBER,
    'Create servers with trusted image certificates',
    'POST /servers',
  ),
  'os_compute_api:servers:create:zero_disk_flavor': rule(
    ADMIN,
    'Boot an image with a flavor whose root disk is 0 GB, which takes as much disk as the image asks for',
    'POST /servers',
  ),
  'network:attach_external_network': rule(
    ADMIN,
    'Attach servers to an external network that is not shared',
    'POST /servers',
    'POST /servers/{id}/os-interface',
  ),
  'os_compute_api:servers:update': rule(MEMBER, 'Change a server', 'PUT /servers/{id}'),
  'os_compute_api:servers:delete': rule(MEMBER, 'Delete a server', 'DELETE /servers/{id}'),
  'os_compute_api:servers:rebuild': rule(MEMBER, 'Rebuild a server', REBUILD),
  'os_compute_api:servers:rebuild:trusted_certs': rule(
    MEMBER,
    'Rebuild a server with trusted image certificates',
    REBUILD,
  ),
  /** Nova's default is nobody: there such a resize is new and has limits. Here it is a move between cells (docs/moves.md). */
  'compute:servers:resize:cross_cell': rule(
    ADMIN,
    'Let a cold migration leave the cell of the server',
    'POST /servers/{id}/action migrate',
  ),
} as const satisfies RuleTable;
