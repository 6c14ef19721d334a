import type { Command } from 'commander';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

interface Resources {
  readonly vcpus: number;
  readonly ramMb: number;
  readonly diskGb: number;
}
interface Host {
  readonly cell: string;
  readonly name: string;
  readonly hypervisorType: string;
  readonly up: boolean;
  readonly enabled: boolean;
  readonly runningGuests: number;
  readonly used: Resources;
  readonly capacity: Resources;
}

const row = ({ cell, name, hypervisorType, up, enabled, runningGuests, used, capacity }: Host): Row => ({
  cell,
  name,
  type: hypervisorType,
  up,
  enabled,
  guests: runningGuests,
  vcpus: `${used.vcpus}/${capacity.vcpus}`,
  'ram MiB': `${used.ramMb}/${capacity.ramMb}`,
  'disk GiB': `${used.diskGb}/${capacity.diskGb}`,
});

export function addHostCommand(program: Command): void {
  program
    .command('host')
    .description('the hosts of all cells (admin)')
    .command('list')
    .description('list all hosts')
    .action(async () => {
      const { api, list, missing } = await openSession(program, 'admin');
      const { hosts, silentCells } = await api.federation<{ hosts: Host[]; silentCells: string[] }>('/hosts');
      missing(silentCells);
      list(hosts.map(row));
    });
}
