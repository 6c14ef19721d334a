import type { Command } from 'commander';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

export function addCellCommands(program: Command): void {
  const cell = program.command('cell').description('the cells of the federation (admin)');
  cell
    .command('list')
    .description('list all cells with their health')
    .action(async () => {
      const { api, list } = await openSession(program, 'admin');
      list((await api.federation<{ cells: Row[] }>('/cells')).cells.map(row));
    });
  cell
    .command('add')
    .description('add a running cell to the federation; no restart is needed')
    .requiredOption('--name <name>', 'the name of the cell')
    .requiredOption('--url <url>', 'the address of its conductor')
    .requiredOption('--key <key>', 'the key of its door')
    .action(async ({ name, url, key }: { name: string; url: string; key: string }) => {
      const { api, show } = await openSession(program, 'admin');
      show(row(await api.federation<Row>('/cells', { method: 'POST', body: { name, url, key } })));
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
        const path = `/cells/${encodeURIComponent(nameOrId)}/${verb}`;
        show(row(await api.federation<Row>(path, { method: 'POST' })));
      });
  }
}

interface Health {
  readonly answers: boolean;
  readonly hosts?: number;
  readonly hostsUp?: number;
  readonly instances?: number;
}

function row({ id, name, url, enabled, health }: Row): Row {
  const { answers, hosts, hostsUp, instances } = (health ?? { answers: true }) as Health;
  const up = hosts === undefined ? '-' : `${hostsUp} of ${hosts} up`;
  return { id, name, url, enabled, answers, hosts: up, servers: instances };
}
