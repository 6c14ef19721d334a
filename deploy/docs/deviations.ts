/** Where the Compute API differs from Nova on purpose. What differs without a line here is a fault. */
interface Deviation {
  /** What it is about. */
  readonly of: string;
  readonly nova: string;
  readonly here: string;
  readonly reason: string;
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    of: 'Volume attachments, shares, assisted snapshots',
    nova: '500 where the catalog has no service for them',
    here: '404, or 400 for assisted snapshots, after state and lock were checked',
    reason: 'What does not exist is not found. Lists are empty, as in Nova.',
  },
  {
    of: 'External events',
    nova: 'handed to the host of the server, where something may wait for them',
    here: 'checked, answered and recorded nowhere',
    reason: 'Cells plug ports themselves, and there are no volumes and accelerators: nothing waits.',
  },
  {
    of: 'Numbers in migrations',
    nova: 'ids are numbers of the rows of a cell, and flavors have a number too',
    here: 'the first 31 bits of the uuid; flavors whose id is no number get the first 31 bits of its hash',
    reason:
      'Cells number nothing together. Under a server the number is unique in practice, and nothing else goes by it.',
  },
  {
    of: '`GET /os-migrations` to 2.58',
    nova: 'all migrations that ever were',
    here: 'the newest 1,000',
    reason: 'Every answer has a bound.',
  },
  {
    of: '`GET /os-simple-tenant-usage` while a cell is silent',
    nova: '500',
    here: '503, with the names of the cells',
    reason: 'A sum without the servers of a cell would be wrong, and not only shorter.',
  },
  {
    of: 'Ids of services and hypervisors, to 2.52',
    nova: 'numbers of the rows of a cell',
    here: 'the first 31 bits of the uuid; `PUT /os-services` goes by host and binary then',
    reason: 'Cells number nothing together. A change by such a number alone could hit another service.',
  },
  {
    of: 'Project ids in quota sets and flavor access',
    nova: 'looks them up in Keystone, 400 for an unknown one',
    here: 'taken as they are',
    reason: 'Quotas of a project may be set before it is made, and the answer tells nobody which projects exist.',
  },
  {
    of: 'Filter `name` of flavors (2.102)',
    nova: 'the whole name',
    here: 'names that contain the text',
    reason: 'The same meaning as the filter `name` of servers.',
  },
  {
    of: 'Pages of servers',
    nova: 'as many as the limit says',
    here: 'may end at some 4 MiB of metadata, tags, descriptions, image properties and extra specs; a link leads on',
    reason: 'Every answer has a bound, so that no project can fill the memory of the API.',
  },
  {
    of: 'Pages of flavors, key pairs and server groups',
    nova: 'no bound but the limit; server groups have no links',
    here: 'end at 1 MiB; `server_groups_links` comes only then',
    reason: 'Every answer has a bound.',
  },
  {
    of: 'Public keys, extra specs, metadata of aggregates',
    nova: 'bounds of the columns of its database',
    here: '16 KiB a key (400); 64 KiB the extra specs of a flavor, 1 MiB the metadata of all aggregates (413)',
    reason: 'They are read with every server, so their size is bounded together.',
  },
  {
    of: '`POST /servers`: counts',
    nova: 'no bound',
    here: '1,000 servers, 64 `networks`, 50 servers in `same_host` and `different_host`, 16 KiB of hints (400)',
    reason: 'One request must not occupy the scheduler or the directory for all projects.',
  },
  {
    of: '`POST /servers`: size of all servers together',
    nova: 'no bound',
    here: '4,096 ports, and 32 MiB of user data, metadata, tags, hints and image properties (413)',
    reason: 'All servers of a request are accepted in one transaction.',
  },
  {
    of: '`os-resetState` of a shelved server that is on no host',
    nova: 'leaves an active server that can only be deleted',
    here: '`unshelve` may begin on it; other actions are 409 and say so',
    reason: 'The image is there still, and an admin who resets a state by mistake must not lose the server.',
  },
  {
    of: 'Scheduler hints',
    nova: 'any name; servers of other projects are looked up',
    here: 'names that begin with `_` are 400; a server of another project finds no host of it',
    reason: 'A hint must not tell where the servers of others run.',
  },
  {
    of: 'Lists of `os-networks` and `os-tenant-networks`',
    nova: 'all networks in one answer',
    here: 'above 1,000 networks 413; the network API lists them in pages',
    reason: 'Every answer has a bound.',
  },
  {
    of: 'Pages of `os-security-groups`',
    nova: 'as many as the limit says',
    here: 'may end at 1 MiB; `offset` leads to the rest',
    reason: 'Every answer has a bound.',
  },
  {
    of: '`addSecurityGroup` and `removeSecurityGroup`',
    nova: "find the group in the caller's project",
    here: "find it in the server's project; 409 for a server without a cell, or one that is moving to another",
    reason: 'A port takes groups of its own project only, and the cell of the server carries the change out.',
  },
  {
    of: 'Rules for the members of a group, with a protocol but not both ports, or ports without a protocol',
    nova: 'lets everything in',
    here: '400',
    reason: 'A rule must not allow more than its words say.',
  },
  {
    of: '`os-volumes` and `os-snapshots` without a volume service',
    nova: '500',
    here: 'empty lists; 404 for whatever is looked for by id; 400 with the reason for what is to be made',
    reason: 'A client that lists volumes goes on. No answer of 5xx stands for a state that is normal.',
  },
  {
    of: '`addFixedIp` and `removeFixedIp`',
    nova: '202',
    here: '400',
    reason: 'The addresses of a port do not change while a server uses it, in the network API either.',
  },
  {
    of: '`PUT /os-hosts`: maintenance mode; power actions of a host',
    nova: 'whatever the driver says; 501 for KVM',
    here: '501; a simulated host accepts power actions',
    reason: 'The power of a host belongs to its operator. A simulated host has no machine.',
  },
  {
    of: 'Filters with patterns (`name`, `ip`, …)',
    nova: 'as long as the database needs',
    here: 'cut after half a second, 400',
    reason: 'One pattern must not keep the database from all others.',
  },
  {
    of: 'Unknown filters of lists',
    nova: 'ignored by many lists',
    here: '400, where Nova does not declare that it ignores them',
    reason: 'A filter that is not applied widens the answer, and a client acts on what it did not ask for.',
  },
  {
    of: 'Servers of a cell that does not answer, from 2.69',
    nova: 'few members, status `UNKNOWN`',
    here: 'every member; the directory knows most of them, the others are null',
    reason: 'Clients that rely on a member go on.',
  },
  {
    of: 'A cell that does not answer',
    nova: 'lists leave it out without a word',
    here: '`X-Volvox-Silent-Cells` names it; a list that would be empty for that reason alone is 503',
    reason: 'An empty list and an unknown one differ.',
  },
  {
    of: '`DELETE /servers/{id}` of a cell that does not answer',
    nova: 'the cell deletes it later, or never',
    here: '204; the cell is told when it answers; a lock that only the cell knows keeps the server',
    reason: 'The directory records what the owner asked, and the cell decides what it alone knows.',
  },
  {
    of: '`migrate`',
    nova: 'stays in its cell unless cross-cell resize is on',
    here: 'may leave the cell for an admin',
    reason: 'Decision 0015.',
  },
  {
    of: 'Repeated requests',
    nova: 'run again',
    here: '`Idempotency-Key` is taken by every request that changes something',
    reason: 'Decision 0024. Without the header nothing differs.',
  },
  {
    of: 'Too many requests of a project',
    nova: 'no bound of its own',
    here: '429 with `Retry-After`',
    reason: 'Decision 0012.',
  },
  {
    of: 'Things of another project',
    nova: '403 for some of them',
    here: '404',
    reason: 'A refusal must not tell that a thing exists.',
  },
  {
    of: 'Words of errors',
    nova: "its schema library's",
    here: "Nova's, with the path of the wrong field (`server.tags[0]`), the value and what is expected",
    reason: 'A client that matches the words goes on, and a user sees what to change.',
  },
  {
    of: 'Disks of new servers: what needs a volume, and what no host can make',
    nova: 'without a volume service 500, or a server in ERROR; an unknown file system or bus ends in ERROR',
    here: '400 with the element of `block_device_mapping_v2`; at most 64 mappings, and three disks on the host',
    reason: 'The user hears at once what to change.',
  },
  {
    of: '`trusted_image_certificates`',
    nova: 'kept; hosts check signatures where their operator says so',
    here: 'kept; 400 for an image that is signed',
    reason: 'No host checks signatures, and a user who names certificates for a signed image relies on the check.',
  },
  {
    of: '`hw:cpu_thread_policy=isolate` on hosts with several threads a core',
    nova: 'no such host is chosen',
    here: 'the other threads of the core stay empty',
    reason: 'The guest gets what it asks for, and the host need not be without threads.',
  },
  {
    of: 'Dedicated CPUs on hosts that have set none aside',
    nova: 'a second question chooses such hosts, too',
    here: 'no host without `compute.dedicatedCpus` is chosen',
    reason: 'Guests without dedicated CPUs run on all CPUs of such a host.',
  },
  {
    of: 'Threads that a guest with dedicated CPUs sees',
    nova: 'those of the cores that it is pinned to',
    here: 'those that `hw:cpu_threads` and its kin ask for',
    reason: 'The machine of a guest is the same on each host, so that it can migrate.',
  },
  {
    of: '`hw:cpu_realtime`, `hw:locked_memory`, `hw:pmem`',
    nova: 'real-time priorities, locked memory, persistent memory',
    here: 'checked and without effect; the mask of `hw:cpu_realtime` chooses the dedicated CPUs of `hw:cpu_policy=mixed`',
    reason: 'A guest must not have a priority over the services of its host, and hosts have no persistent memory.',
  },
  {
    of: 'PCI devices: aliases, placement, number',
    nova: 'aliases are looked up on each host again; devices may be child providers; no bound',
    here: 'an alias stands for what it stood for when the server got its flavor; devices are inventories of the host; 64 (400)',
    reason: 'A server keeps what it was promised, and cells need no configuration of the global tier.',
  },
  {
    of: 'Suspending a server with PCI devices',
    nova: 'the devices are taken from the guest, and given back when it is resumed',
    here: '409',
    reason: 'A guest would lose a device that its programs use. It can be stopped.',
  },
  {
    of: 'Servers with NUMA nodes or dedicated CPUs: number of CPUs',
    nova: 'no bound',
    here: '8,192 (400)',
    reason: 'Every CPU is named in the claim.',
  },
  {
    of: '`personality`',
    nova: 'on the config drive of the first build only; lost by a rebuild and by a move to another cell',
    here: 'on every config drive and in the metadata; a rebuild keeps the files unless it brings others',
    reason: 'A guest does not lose what its user gave it.',
  },
  {
    of: '`admin_pass` in the `meta_data.json` of config drives',
    nova: 'the password in clear',
    here: 'it is not there',
    reason: 'The directory and the cell would have to keep the password in clear.',
  },
];
