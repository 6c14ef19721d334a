import type { Command } from 'commander';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

export function addHostCommand(program: Command): void {
  program
    .command('host')
    .description('the hosts of all cells (admin)')
    .command('list')
    .description('list them')
    .action(async () => {
      const { api, list } = await openSession(program, 'admin');
      list((await api.federation<{ hosts: Row[] }>('/hosts')).hosts);
    });
}
