import { join } from 'node:path';
import { REPOSITORY, volvoxEnvironment } from './environment.ts';
import type { Home } from './home.ts';
import { hostNamespace } from './left-hosts.ts';
import { runCommand } from './run-command.ts';
import type { HostSettings } from './settings.ts';

/** The network namespace of a host: another one for each region on this machine. */
export const networkNamespace = (home: Home, host: Pick<HostSettings, 'name'>): string =>
  hostNamespace(home.root, host.name);

/** Removes what the network agents made on this machine: namespaces, DHCP and metadata servers. Nothing there is no error. */
export async function removeNetworks(home: Home, hosts: readonly Pick<HostSettings, 'name'>[]): Promise<void> {
  const command = join(REPOSITORY, 'cell/network/tear-down.ts');
  await Promise.all(
    hosts.map(({ name }) =>
      runCommand(process.execPath, [command], { env: volvoxEnvironment(home, home.config(`${name}-network`)) }),
    ),
  );
}
