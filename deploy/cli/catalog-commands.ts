import type { Command } from 'commander';
import { addNetworkCommands } from './network-commands.ts';
import { openSession } from './session.ts';

/** What servers are made of: flavors, images, networks. */
export function addCatalogCommands(program: Command): void {
  listing(program, 'flavor', 'sizes of servers', async () => {
    const { api, list } = await openSession(program);
    const { flavors } = await api.call('compute', 'GET /flavors/detail');
    list(flavors.map(({ id, name, vcpus, ram, disk }) => ({ id, name, vcpus, 'ram MiB': ram, 'disk GiB': disk })));
  });
  listing(program, 'image', 'what servers boot', async () => {
    const { api, list } = await openSession(program);
    const { images } = await api.call('image', 'GET /v2/images');
    list(images.map(({ id, name, status, size, disk_format }) => ({ id, name, status, size, format: disk_format })));
  });
  const network = listing(program, 'network', 'networks one may use', async () => {
    const { api, list } = await openSession(program);
    const { networks } = await api.call('network', 'GET /v2.0/networks');
    list(networks.map(({ id, name, shared, subnets }) => ({ id, name, shared, subnets: subnets.length })));
  });
  addNetworkCommands(program, network);
}

/** @returns the command of the noun, for more commands below it. */
function listing(program: Command, noun: string, description: string, action: () => Promise<void>): Command {
  const command = program.command(noun).description(description);
  command.command('list').description(`list all`).action(action);
  return command;
}
