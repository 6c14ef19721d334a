import type { Command } from 'commander';
import { openSession } from './session.ts';

interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
}
interface Image {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly size: number | null;
  readonly disk_format: string;
}
interface Network {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly subnets: readonly string[];
}

/** What servers are made of: flavors, images, networks. */
export function addCatalogCommands(program: Command): void {
  listing(program, 'flavor', 'sizes of servers', async () => {
    const { api, list } = await openSession(program);
    const { flavors } = await api.request<{ flavors: Flavor[] }>('compute', '/flavors/detail');
    list(flavors.map(({ id, name, vcpus, ram, disk }) => ({ id, name, vcpus, 'ram MiB': ram, 'disk GiB': disk })));
  });
  listing(program, 'image', 'what servers boot', async () => {
    const { api, list } = await openSession(program);
    const { images } = await api.request<{ images: Image[] }>('image', '/v2/images');
    list(images.map(({ id, name, status, size, disk_format }) => ({ id, name, status, size, format: disk_format })));
  });
  listing(program, 'network', 'networks one may use', async () => {
    const { api, list } = await openSession(program);
    const { networks } = await api.request<{ networks: Network[] }>('network', '/v2.0/networks');
    list(networks.map(({ id, name, shared, subnets }) => ({ id, name, shared, subnets: subnets.length })));
  });
}

function listing(program: Command, noun: string, description: string, action: () => Promise<void>): void {
  program.command(noun).description(description).command('list').description(`list all`).action(action);
}
