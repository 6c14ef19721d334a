import { ADMIN, MANAGER, MEMBER, READER, type RuleTable, rule } from '../rule.ts';

const AT = '/servers/{id}';

/** What belongs to a server and has paths of its own below it. */
export const SERVER_PART_RULES = {
  'os_compute_api:server-metadata:index': rule(READER, 'List the metadata of a server', `GET ${AT}/metadata`),
  'os_compute_api:server-metadata:show': rule(READER, 'Show an item of metadata', `GET ${AT}/metadata/{key}`),
  'os_compute_api:server-metadata:create': rule(MEMBER, 'Add metadata to a server', `POST ${AT}/metadata`),
  'os_compute_api:server-metadata:update_all': rule(MEMBER, 'Replace the metadata of a server', `PUT ${AT}/metadata`),
  'os_compute_api:server-metadata:update': rule(MEMBER, 'Set an item of metadata', `PUT ${AT}/metadata/{key}`),
  'os_compute_api:server-metadata:delete': rule(MEMBER, 'Delete an item of metadata', `DELETE ${AT}/metadata/{key}`),

  'os_compute_api:os-server-tags:index': rule(READER, 'List the tags of a server', `GET ${AT}/tags`),
  'os_compute_api:os-server-tags:show': rule(READER, 'Ask whether a server has a tag', `GET ${AT}/tags/{tag}`),
  'os_compute_api:os-server-tags:update_all': rule(MEMBER, 'Replace the tags of a server', `PUT ${AT}/tags`),
  'os_compute_api:os-server-tags:update': rule(MEMBER, 'Add a tag to a server', `PUT ${AT}/tags/{tag}`),
  'os_compute_api:os-server-tags:delete_all': rule(MEMBER, 'Delete all tags of a server', `DELETE ${AT}/tags`),
  'os_compute_api:os-server-tags:delete': rule(MEMBER, 'Delete a tag of a server', `DELETE ${AT}/tags/{tag}`),

  'os_compute_api:ips:index': rule(READER, 'List the addresses of a server', `GET ${AT}/ips`),
  'os_compute_api:ips:show': rule(READER, 'List the addresses on one network', `GET ${AT}/ips/{label}`),

  'os_compute_api:os-attach-interfaces:list': rule(READER, 'List the interfaces of a server', `GET ${AT}/os-interface`),
  'os_compute_api:os-attach-interfaces:show': rule(READER, 'Show an interface', `GET ${AT}/os-interface/{port}`),
  'os_compute_api:os-attach-interfaces:create': rule(MEMBER, 'Attach an interface', `POST ${AT}/os-interface`),
  'os_compute_api:os-attach-interfaces:delete': rule(MEMBER, 'Detach an interface', `DELETE ${AT}/os-interface/{port}`),

  'os_compute_api:os-volumes-attachments:index': rule(
    READER,
    'List the volumes of a server',
    `GET ${AT}/os-volume_attachments`,
  ),
  'os_compute_api:os-volumes-attachments:show': rule(
    READER,
    'Show an attached volume',
    `GET ${AT}/os-volume_attachments/{volume}`,
  ),
  'os_compute_api:os-volumes-attachments:create': rule(MEMBER, 'Attach a volume', `POST ${AT}/os-volume_attachments`),
  'os_compute_api:os-volumes-attachments:update': rule(
    MEMBER,
    'Change an attached volume',
    `PUT ${AT}/os-volume_attachments/{volume}`,
  ),
  'os_compute_api:os-volumes-attachments:swap': rule(
    'rule:service_or_admin',
    'Replace an attached volume by another one',
    `PUT ${AT}/os-volume_attachments/{volume}`,
  ),
  'os_compute_api:os-volumes-attachments:delete': rule(
    MEMBER,
    'Detach a volume',
    `DELETE ${AT}/os-volume_attachments/{volume}`,
  ),

  'os_compute_api:os-server-shares:index': rule(READER, 'List the shares of a server', `GET ${AT}/shares`),
  'os_compute_api:os-server-shares:show': rule(READER, 'Show a share of a server', `GET ${AT}/shares/{share}`),
  'os_compute_api:os-server-shares:create': rule(MEMBER, 'Attach a share to a server', `POST ${AT}/shares`),
  'os_compute_api:os-server-shares:delete': rule(MEMBER, 'Detach a share from a server', `DELETE ${AT}/shares/{share}`),

  'os_compute_api:os-instance-actions:list': rule(
    READER,
    'List what was done with a server',
    `GET ${AT}/os-instance-actions`,
  ),
  'os_compute_api:os-instance-actions:show': rule(
    READER,
    'Show something that was done with a server',
    `GET ${AT}/os-instance-actions/{request}`,
  ),
  'os_compute_api:os-instance-actions:events': rule(
    ADMIN,
    'See the events of an action: until 2.50 at all, from 2.51 their tracebacks, from 2.62 their hosts',
    `GET ${AT}/os-instance-actions/{request}`,
  ),
  'os_compute_api:os-instance-actions:events:details': rule(
    ADMIN,
    'See why an event failed (from 2.84)',
    `GET ${AT}/os-instance-actions/{request}`,
  ),

  'os_compute_api:servers:migrations:index': rule(
    MANAGER,
    'List the live migrations of a server in progress',
    `GET ${AT}/migrations`,
  ),
  'os_compute_api:servers:migrations:index:host': rule(ADMIN, 'See the hosts of those', `GET ${AT}/migrations`),
  'os_compute_api:servers:migrations:show': rule(ADMIN, 'Show a live migration', `GET ${AT}/migrations/{migration}`),
  'os_compute_api:servers:migrations:delete': rule(
    MANAGER,
    'Abort a live migration',
    `DELETE ${AT}/migrations/{migration}`,
  ),
  'os_compute_api:servers:migrations:force_complete': rule(
    MANAGER,
    'Make a live migration complete',
    `POST ${AT}/migrations/{migration}/action force_complete`,
  ),

  'os_compute_api:os-server-password:show': rule(
    READER,
    'Read the encrypted password of a guest',
    `GET ${AT}/os-server-password`,
  ),
  'os_compute_api:os-server-password:clear': rule(
    MEMBER,
    'Forget the encrypted password of a guest',
    `DELETE ${AT}/os-server-password`,
  ),
  'os_compute_api:os-security-groups:list': rule(
    READER,
    'List the security groups of a server',
    `GET ${AT}/os-security-groups`,
  ),
  'os_compute_api:os-server-diagnostics': rule(ADMIN, 'Read the counters of a guest', `GET ${AT}/diagnostics`),
  'compute:server:topology:index': rule(READER, 'Show the NUMA topology of a server', `GET ${AT}/topology`),
  'compute:server:topology:host:index': rule(ADMIN, "See the host's side of that topology", `GET ${AT}/topology`),
} as const satisfies RuleTable;
