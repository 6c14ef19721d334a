import type { ClientTable } from '../../deploy/docs/clients-page.ts';
import { NETWORK_READS } from './commands/network-reads.ts';
import { NETWORK_ENDS, NETWORK_WRITES } from './commands/network-writes.ts';
import { MIGRATION_READS, NOVA_READS } from './commands/nova-reads.ts';
import { NOVA_ENDS, NOVA_MOVES, NOVA_WRITES } from './commands/nova-writes.ts';
import { OPENSTACK_READS } from './commands/openstack-reads.ts';
import { OPENSTACK_WRITES } from './commands/openstack-writes.ts';
import { PLACEMENT_ENDS, PLACEMENT_READS, PLACEMENT_WRITES } from './commands/placement-commands.ts';
import { commandsOf } from './guests/guest-command.ts';
import { LIVE_MIGRATIONS } from './guests/table-of-live-migrations.ts';
import { SERVER_ONE } from './guests/tables.ts';

const NOVA = [...NOVA_WRITES, ...NOVA_READS, ...NOVA_MOVES, ...MIGRATION_READS, ...NOVA_ENDS];
const NETWORK = [...NETWORK_WRITES, ...NETWORK_READS, ...NETWORK_ENDS];
const PLACEMENT = [...PLACEMENT_WRITES, ...PLACEMENT_READS, ...PLACEMENT_ENDS];
const ON_GUESTS = [...SERVER_ONE, ...LIVE_MIGRATIONS];

const simulated = (client: ClientTable['client'], commands: readonly { readonly run: string }[]): ClientTable => ({
  ...{ client, hosts: 'simulated' },
  lines: commands.map(({ run }) => ({ line: run, seenIn: ['API'] })),
});
const onGuests = (client: ClientTable['client']): ClientTable => ({
  ...{ client, hosts: 'QEMU', lines: commandsOf(ON_GUESTS, client) },
});

/** Every table of rows, for `docs/clients.md`. */
export const CLIENT_TABLES: readonly ClientTable[] = [
  simulated('openstack', [...OPENSTACK_WRITES, ...OPENSTACK_READS, ...NETWORK, ...PLACEMENT]),
  simulated('nova', NOVA),
  onGuests('openstack'),
  onGuests('nova'),
];
