import type { Command } from 'commander';
import type { Host } from '../client/views.ts';
import { addHostJoinCommand, addHostRenewCommand } from './host-join-command.ts';
import { addHostKeyCommands } from './host-key-commands.ts';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

const row = ({ cell, name, hypervisorType, up, enabled, problem, runningGuests, used, capacity }: Host): Row => ({
  cell,
  name,
  type: hypervisorType,
  up,
  enabled,
  guests: runningGuests,
  vcpus: `${used.vcpus}/${capacity.vcpus}`,
  'ram MiB': `${used.ramMb}/${capacity.ramMb}`,
  'disk GiB': `${used.diskGb}/${capacity.diskGb}`,
  problem: problem ?? '',
});

export function addHostCommand(program: Command): void {
  const host = program.command('host').description('the hosts of all cells, and the keys of their agents (admin)');
  host
    .command('list')
    .description('list all hosts')
    .action(async () => {
      const { api, list, missing } = await openSession(program, 'admin');
      const { hosts, silentCells } = await api.call('federation', 'GET /v1/hosts');
      missing(silentCells);
      list(hosts.map(row));
    });
  addHostKeyCommands(host, program);
  addHostJoinCommand(host, program);
  addHostRenewCommand(host);
}
