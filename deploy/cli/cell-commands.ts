import type { Command } from 'commander';
import type { Cell, CellWithHealth } from '../client/views.ts';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

export function addCellCommands(program: Command): void {
  const cell = program.command('cell').description('the cells of the federation (admin)');
  cell
    .command('list')
    .description('list all cells with their health')
    .action(async () => {
      const { api, list } = await openSession(program, 'admin');
      list((await api.call('federation', 'GET /v1/cells')).cells.map(row));
    });
  cell
    .command('add')
    .description('add a running cell to the federation; no restart is needed')
    .requiredOption('--name <name>', 'the name of the cell')
    .requiredOption('--url <url>', 'the address of its conductor')
    .requiredOption('--key <key>', 'the key of its door')
    .action(async ({ name, url, key }: { name: string; url: string; key: string }) => {
      const { api, show } = await openSession(program, 'admin');
      show(row(await api.call('federation', 'POST /v1/cells', { body: { name, url, key } })));
    });
  cell
    .command('rotate-key <cell>')
    .description('make a new key with which a cell signs disk tickets and calls of agents; it signs after a minute')
    .action(async (nameOrId: string) => {
      const { api, say } = await openSession(program, 'admin');
      await api.call('federation', 'POST /v1/cells/{cell}/rotate-key', { path: { cell: nameOrId } });
      say(`${nameOrId} has a new key; the one before stays valid until the next change`);
    });
  for (const [verb, description] of [
    ['enable', 'let a cell take new servers'],
    ['disable', 'give a cell no new servers; its existing servers keep running'],
  ] as const) {
    cell
      .command(`${verb} <cell>`)
      .description(description)
      .action(async (nameOrId: string) => {
        const { api, show } = await openSession(program, 'admin');
        const path = { cell: nameOrId };
        show(row(await api.call('federation', `POST /v1/cells/{cell}/${verb}`, { path })));
      });
  }
}

function row(cell: Cell | CellWithHealth): Row {
  const { id, name, url, enabled } = cell;
  const health = 'health' in cell ? cell.health : { answers: true };
  const up = 'hosts' in health ? `${health.hostsUp} of ${health.hosts} up` : '-';
  const servers = 'instances' in health ? health.instances : undefined;
  return { id, name, url, enabled, answers: health.answers, hosts: up, servers };
}
